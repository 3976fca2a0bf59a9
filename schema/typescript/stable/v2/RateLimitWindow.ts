// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A period a limit counts over.
 */
export type RateLimitWindow = {
/**
 * How much is used, from 0 to 100.
 */
usedPercent: number,
/**
 * How long it is, in minutes.
 */
windowDurationMins: number | null,
/**
 * When it starts anew, in seconds since 1970.
 */
resetsAt: number | null, };
