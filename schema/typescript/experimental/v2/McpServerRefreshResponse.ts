// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `config/mcpServer/reload`, which has all open threads start their MCP servers
 * anew.
 */
export type McpServerRefreshResponse = Record<string, never>;
