// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How sound is carried.
 */
export type ThreadRealtimeStartTransport =
/**
 * In notifications and requests.
 */
{ "type": "websocket" } |
/**
 * Between the client and the service directly.
 */
{ "type": "webrtc",
/**
 * The client's offer.
 */
sdp: string, };
