// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/transcript/done`: what was said. Experimental.
 */
export type ThreadRealtimeTranscriptDoneNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * Who said it: `user` or `assistant`.
 */
role: string, text: string, };
