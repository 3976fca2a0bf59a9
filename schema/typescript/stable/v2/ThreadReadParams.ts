// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/read`: tells of a thread, stored or open, without opening it.
 */
export type ThreadReadParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * Whether its turns are to be told.
 */
includeTurns?: boolean, };
