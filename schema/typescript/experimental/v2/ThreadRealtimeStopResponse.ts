// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeStopResponse = Record<string, never>;
