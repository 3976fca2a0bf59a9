// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeOutputModality } from "../RealtimeOutputModality";
import type { RealtimeVoice } from "../RealtimeVoice";
import type { ThreadRealtimeStartTransport } from "./ThreadRealtimeStartTransport";

/**
 * `thread/realtime/start`: starts a spoken conversation. What goes wrong is told by
 * `thread/realtime/error`. Experimental.
 */
export type ThreadRealtimeStartParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * Whether the model speaks or writes.
 */
outputModality: RealtimeOutputModality,
/**
 * What the model is told; null for nothing, absent for the built-in text.
 */
prompt?: string | null, sessionId?: string | null,
/**
 * How sound is carried. Default a WebSocket.
 */
transport?: ThreadRealtimeStartTransport | null,
/**
 * How the model sounds.
 */
voice?: RealtimeVoice | null, };
