// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `mcpServer/oauth/login`: starts the login to an MCP server. Its end is told by
 * `mcpServer/oauthLogin/completed`.
 */
export type McpServerOauthLoginParams = {
/**
 * The server's name in the configuration.
 */
name: string,
/**
 * What to ask for; what the configuration or the server says unless given.
 */
scopes?: Array<string> | null,
/**
 * When to give up, in seconds.
 */
timeoutSecs?: number | null, };
