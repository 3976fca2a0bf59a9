// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What the user did about a question of an MCP server.
 */
export type McpServerElicitationAction =
/**
 * Answered it.
 */
"accept" |
/**
 * Refused to.
 */
"decline" |
/**
 * Closed it.
 */
"cancel";
