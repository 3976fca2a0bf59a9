// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/closed`: a thread is no longer open.
 */
export type ThreadClosedNotification = {
/**
 * The thread.
 */
threadId: string, };
