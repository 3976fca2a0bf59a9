// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeSdpNotification = { threadId: string, sdp: string, };
