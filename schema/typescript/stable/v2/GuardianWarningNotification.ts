// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GuardianWarningNotification = { threadId: string, message: string, };
