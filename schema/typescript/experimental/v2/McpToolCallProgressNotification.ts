// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/mcpToolCall/progress`: an MCP server tells how far a call has come.
 */
export type McpToolCallProgressNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string, message: string, };
