// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadCompactStartParams = { threadId: string, };
