// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/archived`: a thread is out of the lists.
 */
export type ThreadArchivedNotification = {
/**
 * The thread.
 */
threadId: string, };
