// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `mcpServer/oauthLogin/completed`: a login to an MCP server has ended.
 */
export type McpServerOauthLoginCompletedNotification = { name: string, success: boolean,
/**
 * Why it failed, if it did.
 */
error?: string, };
