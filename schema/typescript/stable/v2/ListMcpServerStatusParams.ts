// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpServerStatusDetail } from "./McpServerStatusDetail";

/**
 * `mcpServerStatus/list`: lists the configured MCP servers and what they offer, a page at a
 * time.
 */
export type ListMcpServerStatusParams = {
/**
 * Where the page begins: `nextCursor` of the page before; absent for the first.
 */
cursor?: string | null,
/**
 * How many to answer with: all unless said.
 */
limit?: number | null,
/**
 * How much to ask the servers for. Default `full`.
 */
detail?: McpServerStatusDetail | null, };
