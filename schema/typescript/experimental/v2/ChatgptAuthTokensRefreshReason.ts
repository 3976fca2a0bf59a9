// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ChatgptAuthTokensRefreshReason = "unauthorized";
