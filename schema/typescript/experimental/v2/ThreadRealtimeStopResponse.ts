// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/realtime/stop`: nothing more to say.
 */
export type ThreadRealtimeStopResponse = Record<string, never>;
