// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Answer to `account/chatgptAuthTokens/refresh`.
 */
export type ChatgptAuthTokensRefreshResponse = { accessToken: string,
/**
 * The account or workspace the tokens are for.
 */
chatgptAccountId: string,
/**
 * The account's plan; read from the token unless said.
 */
chatgptPlanType?: string | null, };
