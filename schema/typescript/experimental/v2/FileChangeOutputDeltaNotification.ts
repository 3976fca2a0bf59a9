// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/fileChange/outputDelta`: applying a patch printed something.
 */
export type FileChangeOutputDeltaNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string,
/**
 * What is to be added.
 */
delta: string, };
