// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * An MCP server that can be taken over.
 */
export type McpServerMigration = { name: string, };
