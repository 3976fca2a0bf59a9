// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/unarchive`: puts an archived thread back into the lists.
 */
export type ThreadUnarchiveParams = {
/**
 * The thread.
 */
threadId: string, };
