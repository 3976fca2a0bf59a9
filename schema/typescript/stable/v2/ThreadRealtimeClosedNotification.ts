// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/closed`: a spoken conversation has ended. Experimental.
 */
export type ThreadRealtimeClosedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * Why.
 */
reason: string | null, };
