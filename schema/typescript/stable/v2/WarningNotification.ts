// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WarningNotification = { threadId: string | null, message: string, };
