// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadNameUpdatedNotification = { threadId: string, threadName?: string, };
