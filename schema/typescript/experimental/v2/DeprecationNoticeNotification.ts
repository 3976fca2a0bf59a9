// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DeprecationNoticeNotification = { summary: string, details: string | null, };
