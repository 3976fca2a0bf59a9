// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a user is logged in.
 */
export type AuthMode =
/**
 * With a key of the API.
 */
"apikey" |
/**
 * With an account whose tokens the server renews.
 */
"chatgpt" |
/**
 * With tokens the client renews.
 */
"chatgptAuthTokens" |
/**
 * As an agent with an identity of its own.
 */
"agentIdentity";
