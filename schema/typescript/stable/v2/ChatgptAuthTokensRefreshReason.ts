// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Why new tokens are needed.
 */
export type ChatgptAuthTokensRefreshReason = "unauthorized";
