// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeVoice } from "./RealtimeVoice";

/**
 * Voices, by the version of the service.
 */
export type RealtimeVoicesList = { v1: Array<RealtimeVoice>, v2: Array<RealtimeVoice>, defaultV1: RealtimeVoice, defaultV2: RealtimeVoice, };
