// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `account/login/start`: starts a login. Its end is told by `account/login/completed`, and a
 * new account by `account/updated`.
 */
export type LoginAccountParams =
/**
 * With a key of the API.
 */
{ "type": "apiKey", apiKey: string, } |
/**
 * In the browser.
 */
{ "type": "chatgpt",
/**
 * Whether the last page of the login leads back to the app.
 */
codexStreamlinedLogin?: boolean, } |
/**
 * With a code that is typed in on another device.
 */
{ "type": "chatgptDeviceCode" } |
/**
 * With tokens that the client has and renews itself. Experimental.
 */
{ "type": "chatgptAuthTokens", accessToken: string,
/**
 * The account or workspace the tokens are for.
 */
chatgptAccountId: string,
/**
 * The account's plan; read from the token unless said.
 */
chatgptPlanType?: string | null, };
