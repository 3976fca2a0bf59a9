// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeErrorNotification = { threadId: string, message: string, };
