// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/realtime/appendAudio`: nothing more to say.
 */
export type ThreadRealtimeAppendAudioResponse = Record<string, never>;
