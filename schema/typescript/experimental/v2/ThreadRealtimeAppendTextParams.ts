// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/appendText`: adds words of the user. Experimental.
 */
export type ThreadRealtimeAppendTextParams = {
/**
 * The thread.
 */
threadId: string, text: string, };
