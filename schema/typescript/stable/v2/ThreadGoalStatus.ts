// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a goal stands.
 */
export type ThreadGoalStatus =
/**
 * It is worked on.
 */
"active" |
/**
 * It rests.
 */
"paused" |
/**
 * Its budget is used up.
 */
"budgetLimited" |
/**
 * It is reached.
 */
"complete";
