// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeClosedNotification = { threadId: string, reason: string | null, };
