// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/goal/clear`.
 */
export type ThreadGoalClearResponse = {
/**
 * Whether there was one.
 */
cleared: boolean, };
