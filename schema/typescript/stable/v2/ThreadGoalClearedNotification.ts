// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/goal/cleared`: a thread has no goal. Experimental.
 */
export type ThreadGoalClearedNotification = {
/**
 * The thread.
 */
threadId: string, };
