// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AccountLoginCompletedNotification = { loginId: string | null, success: boolean, error: string | null, };
