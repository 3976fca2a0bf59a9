// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/transcript/delta`: more of what is said. Experimental.
 */
export type ThreadRealtimeTranscriptDeltaNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * Who says it: `user` or `assistant`.
 */
role: string,
/**
 * What is to be added.
 */
delta: string, };
