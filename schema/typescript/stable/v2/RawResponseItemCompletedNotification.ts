// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ResponseItem } from "../ResponseItem";

/**
 * `rawResponseItem/completed`: an item entered the conversation with the model. Only for
 * those who asked for it at the thread's start.
 */
export type RawResponseItemCompletedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string, item: ResponseItem, };
