// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TokenUsageBreakdown } from "./TokenUsageBreakdown";

/**
 * How many tokens a thread has cost.
 */
export type ThreadTokenUsage = {
/**
 * All requests to the model together.
 */
total: TokenUsageBreakdown,
/**
 * The last request alone.
 */
last: TokenUsageBreakdown,
/**
 * How many tokens the model can deal with.
 */
modelContextWindow: number | null, };
