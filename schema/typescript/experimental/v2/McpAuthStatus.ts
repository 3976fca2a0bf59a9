// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How the login to an MCP server stands.
 */
export type McpAuthStatus =
/**
 * It wants none, or none that is known.
 */
"unsupported" |
/**
 * It wants one.
 */
"notLoggedIn" |
/**
 * A token is configured.
 */
"bearerToken" |
/**
 * The user has logged in.
 */
"oAuth";
