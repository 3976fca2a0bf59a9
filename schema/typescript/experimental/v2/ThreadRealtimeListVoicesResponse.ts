// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeVoicesList } from "../RealtimeVoicesList";

/**
 * Result of `thread/realtime/listVoices`.
 */
export type ThreadRealtimeListVoicesResponse = { voices: RealtimeVoicesList, };
