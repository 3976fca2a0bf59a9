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
 * When, in milliseconds since 1970.
 */
completedAtMs: number, };
