// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * `mcpServer/tool/call`: calls a tool of an MCP server of an open thread. Nobody is asked.
 */
export type McpServerToolCallParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The server's name in the configuration.
 */
server: string,
/**
 * The tool's name there.
 */
tool: string,
/**
 * Its arguments.
 */
arguments?: JsonValue | null,
/**
 * Additions for the server.
 */
_meta?: JsonValue | null, };
