// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RateLimitSnapshot } from "./RateLimitSnapshot";

/**
 * Result of `account/rateLimits/read`, which tells how much of the account's limits is used.
 */
export type GetAccountRateLimitsResponse = {
/**
 * The limit that counts for this program.
 */
rateLimits: RateLimitSnapshot,
/**
 * All limits, by their ids.
 */
rateLimitsByLimitId: { [key in string]?: RateLimitSnapshot } | null, };
