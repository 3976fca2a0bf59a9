// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/increment_elicitation`.
 */
export type ThreadIncrementElicitationResponse = {
/**
 * How many questions are open now.
 */
count: number,
/**
 * Whether clocks stand still.
 */
paused: boolean, };
