// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeOutputModality } from "../RealtimeOutputModality";
import type { RealtimeVoice } from "../RealtimeVoice";
import type { ThreadRealtimeStartTransport } from "./ThreadRealtimeStartTransport";

export type ThreadRealtimeStartParams = { threadId: string, outputModality: RealtimeOutputModality, prompt?: string | null, sessionId?: string | null, transport?: ThreadRealtimeStartTransport | null, voice?: RealtimeVoice | null, };
