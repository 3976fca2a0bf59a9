// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a call of an MCP server's tool fares.
 */
export type McpToolCallStatus = "inProgress" | "completed" | "failed";
