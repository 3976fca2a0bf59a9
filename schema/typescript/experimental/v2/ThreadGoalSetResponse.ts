// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadGoal } from "./ThreadGoal";

/**
 * Result of `thread/goal/set`.
 */
export type ThreadGoalSetResponse = { goal: ThreadGoal, };
