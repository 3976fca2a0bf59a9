// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadRealtimeAudioChunk } from "./ThreadRealtimeAudioChunk";

/**
 * `thread/realtime/outputAudio/delta`: sound of the model. Experimental.
 */
export type ThreadRealtimeOutputAudioDeltaNotification = {
/**
 * The thread.
 */
threadId: string, audio: ThreadRealtimeAudioChunk, };
