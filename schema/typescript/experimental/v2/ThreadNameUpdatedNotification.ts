// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/name/updated`: a thread has another name.
 */
export type ThreadNameUpdatedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * Absent if it has none.
 */
threadName?: string, };
