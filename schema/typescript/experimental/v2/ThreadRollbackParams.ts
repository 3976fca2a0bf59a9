// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/rollback`: takes the last turns of a thread back. Files stay as they are.
 */
export type ThreadRollbackParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * How many turns, at least 1.
 */
numTurns: number, };
