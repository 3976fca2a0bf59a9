// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadItem } from "./ThreadItem";

/**
 * `item/started`: an item has begun; more will be told of it.
 */
export type ItemStartedNotification = { item: ThreadItem,
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
startedAtMs: number, };
