// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How many tokens requests have cost.
 */
export type TokenUsageBreakdown = { totalTokens: number,
/**
 * Those sent, `cachedInputTokens` included.
 */
inputTokens: number,
/**
 * Those the service had stored.
 */
cachedInputTokens: number,
/**
 * Those answered, `reasoningOutputTokens` included.
 */
outputTokens: number,
/**
 * Those thought.
 */
reasoningOutputTokens: number, };
