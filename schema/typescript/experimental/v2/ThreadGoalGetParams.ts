// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/goal/get`: asks for a thread's goal. Experimental.
 */
export type ThreadGoalGetParams = {
/**
 * The thread.
 */
threadId: string, };
