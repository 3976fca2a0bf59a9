// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/unsubscribe`: ends the caller's subscription. The thread stays open for a while
 * and goes on with what it does.
 */
export type ThreadUnsubscribeParams = {
/**
 * The thread.
 */
threadId: string, };
