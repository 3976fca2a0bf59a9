// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ChatgptAuthTokensRefreshReason } from "./ChatgptAuthTokensRefreshReason";

export type ChatgptAuthTokensRefreshParams = { reason: ChatgptAuthTokensRefreshReason, previousAccountId?: string, };
