// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `turn/diff/updated`: files changed in a turn.
 */
export type TurnDiffUpdatedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * All changes of the turn so far, as a unified diff in git's form.
 */
diff: string, };
