// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `account/login/start`.
 */
export type LoginAccountResponse =
/**
 * The key is stored.
 */
{ "type": "apiKey" } |
/**
 * The login waits for the browser.
 */
{ "type": "chatgpt",
/**
 * What it is cancelled by.
 */
loginId: string,
/**
 * The page the user has to visit.
 */
authUrl: string, } |
/**
 * The login waits for the code.
 */
{ "type": "chatgptDeviceCode",
/**
 * What it is cancelled by.
 */
loginId: string,
/**
 * The page the user has to visit.
 */
verificationUrl: string,
/**
 * The code to type in there.
 */
userCode: string, } |
/**
 * The tokens are in use.
 */
{ "type": "chatgptAuthTokens" };
