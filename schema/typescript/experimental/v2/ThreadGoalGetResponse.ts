// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadGoal } from "./ThreadGoal";

/**
 * Result of `thread/goal/get`.
 */
export type ThreadGoalGetResponse = {
/**
 * The goal; null if there is none.
 */
goal: ThreadGoal | null, };
