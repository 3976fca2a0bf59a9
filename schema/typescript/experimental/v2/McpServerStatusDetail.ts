// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How much to ask MCP servers for.
 */
export type McpServerStatusDetail =
/**
 * Everything.
 */
"full" |
/**
 * No resources.
 */
"toolsAndAuthOnly";
