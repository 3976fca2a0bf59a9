// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/goal/clear`: takes a thread's goal away. Experimental.
 */
export type ThreadGoalClearParams = {
/**
 * The thread.
 */
threadId: string, };
