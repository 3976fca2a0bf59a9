// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Account } from "./Account";

/**
 * Result of `account/read`.
 */
export type GetAccountResponse = {
/**
 * Null if nobody is logged in, or nobody needs to be.
 */
account: Account | null,
/**
 * Whether the model provider wants a login.
 */
requiresOpenaiAuth: boolean, };
