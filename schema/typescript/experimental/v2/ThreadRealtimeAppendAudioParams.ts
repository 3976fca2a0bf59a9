// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadRealtimeAudioChunk } from "./ThreadRealtimeAudioChunk";

/**
 * `thread/realtime/appendAudio`: adds sound of the user. Experimental.
 */
export type ThreadRealtimeAppendAudioParams = {
/**
 * The thread.
 */
threadId: string, audio: ThreadRealtimeAudioChunk, };
