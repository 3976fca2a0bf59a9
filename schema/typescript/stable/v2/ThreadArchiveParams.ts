// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/archive`: takes a thread, and those it spawned, out of the lists. A running turn
 * is stopped.
 */
export type ThreadArchiveParams = {
/**
 * The thread.
 */
threadId: string, };
