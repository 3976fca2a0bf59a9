// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadItem } from "./ThreadItem";

/**
 * `item/completed`: an item has ended; this is its last state.
 */
export type ItemCompletedNotification = { item: ThreadItem,
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * When, in milliseconds since 1970. A member of later versions, which the reference does not
 * write.
 */
completedAtMs: number, };
