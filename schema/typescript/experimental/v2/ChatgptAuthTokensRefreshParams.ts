// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ChatgptAuthTokensRefreshReason } from "./ChatgptAuthTokensRefreshReason";

/**
 * `account/chatgptAuthTokens/refresh`: the client's tokens are refused; it is to give new
 * ones within 10 seconds.
 */
export type ChatgptAuthTokensRefreshParams = { reason: ChatgptAuthTokensRefreshReason,
/**
 * The account the old ones were for.
 */
previousAccountId?: string, };
