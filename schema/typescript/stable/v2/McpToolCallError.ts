// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Why a tool of an MCP server failed.
 */
export type McpToolCallError = { message: string, };
