// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How the start of an MCP server stands.
 */
export type McpServerStartupState = "starting" | "ready" | "failed" | "cancelled";
