// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/compacted`: the conversation was summarized. Old; the item `contextCompaction`
 * tells the same.
 */
export type ContextCompactedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string, };
