// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadUnarchiveParams = { threadId: string, };
