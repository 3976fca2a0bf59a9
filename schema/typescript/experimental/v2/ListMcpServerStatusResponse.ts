// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpServerStatus } from "./McpServerStatus";

/**
 * Result of `mcpServerStatus/list`.
 */
export type ListMcpServerStatusResponse = { data: Array<McpServerStatus>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null, };
