// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/unarchived`: a thread is back in the lists.
 */
export type ThreadUnarchivedNotification = {
/**
 * The thread.
 */
threadId: string, };
