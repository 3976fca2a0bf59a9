// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `mcpServer/resource/read`: reads a resource of an MCP server.
 */
export type McpResourceReadParams = {
/**
 * The thread whose connection is used; one of its own unless said.
 */
threadId?: string | null,
/**
 * The server's name in the configuration.
 */
server: string, uri: string, };
