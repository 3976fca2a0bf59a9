// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/decrement_elicitation`.
 */
export type ThreadDecrementElicitationResponse = {
/**
 * How many questions are open now.
 */
count: number,
/**
 * Whether clocks stand still.
 */
paused: boolean, };
