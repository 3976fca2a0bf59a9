// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadIncrementElicitationParams = { threadId: string, };
