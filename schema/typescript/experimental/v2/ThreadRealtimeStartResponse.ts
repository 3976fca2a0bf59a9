// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/realtime/start`: nothing more to say.
 */
export type ThreadRealtimeStartResponse = Record<string, never>;
