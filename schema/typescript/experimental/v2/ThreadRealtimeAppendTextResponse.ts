// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/realtime/appendText`: nothing more to say.
 */
export type ThreadRealtimeAppendTextResponse = Record<string, never>;
