// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadArchiveParams = { threadId: string, };
