// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/error`: something went wrong in a spoken conversation. Experimental.
 */
export type ThreadRealtimeErrorNotification = {
/**
 * The thread.
 */
threadId: string, message: string, };
