// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeStartTransport = { "type": "websocket" } | { "type": "webrtc", sdp: string, };
