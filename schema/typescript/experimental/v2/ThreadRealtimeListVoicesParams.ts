// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/listVoices`: lists the voices there are. Experimental.
 */
export type ThreadRealtimeListVoicesParams = Record<string, never>;
