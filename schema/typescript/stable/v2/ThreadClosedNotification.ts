// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadClosedNotification = { threadId: string, };
