// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/compact/start`: summarizes a thread's past, as a turn of its own.
 */
export type ThreadCompactStartParams = {
/**
 * The thread.
 */
threadId: string, };
