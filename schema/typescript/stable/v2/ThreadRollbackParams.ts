// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRollbackParams = { threadId: string, numTurns: number, };
