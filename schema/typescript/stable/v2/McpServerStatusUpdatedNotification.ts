// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpServerStartupState } from "./McpServerStartupState";

/**
 * `mcpServer/startupStatus/updated`: an MCP server of a thread starts, or has.
 */
export type McpServerStatusUpdatedNotification = { name: string, status: McpServerStartupState,
/**
 * Why it failed, if it did.
 */
error: string | null, };
