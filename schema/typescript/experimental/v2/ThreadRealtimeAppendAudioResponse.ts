// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeAppendAudioResponse = Record<string, never>;
