// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/backgroundTerminals/clean`: ends the processes the model left running in a thread.
 * Experimental.
 */
export type ThreadBackgroundTerminalsCleanParams = {
/**
 * The thread.
 */
threadId: string, };
