// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadGoal } from "./ThreadGoal";

/**
 * `thread/goal/updated`: a thread's goal changed, or stands as told. Experimental.
 */
export type ThreadGoalUpdatedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn that worked on it, if one did.
 */
turnId: string | null, goal: ThreadGoal, };
