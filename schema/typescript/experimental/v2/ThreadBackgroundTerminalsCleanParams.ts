// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadBackgroundTerminalsCleanParams = { threadId: string, };
