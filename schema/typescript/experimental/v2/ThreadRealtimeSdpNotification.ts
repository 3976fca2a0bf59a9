// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/realtime/sdp`: the service's answer to the offer of WebRTC. Experimental.
 */
export type ThreadRealtimeSdpNotification = {
/**
 * The thread.
 */
threadId: string, sdp: string, };
