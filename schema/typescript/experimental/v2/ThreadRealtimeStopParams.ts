// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/stop`: ends a spoken conversation. Experimental.
 */
export type ThreadRealtimeStopParams = {
/**
 * The thread.
 */
threadId: string, };
