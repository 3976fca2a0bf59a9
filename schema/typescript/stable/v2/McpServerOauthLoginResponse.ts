// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `mcpServer/oauth/login`.
 */
export type McpServerOauthLoginResponse = {
/**
 * The page the user has to visit.
 */
authorizationUrl: string, };
