// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadUnsubscribeParams = { threadId: string, };
