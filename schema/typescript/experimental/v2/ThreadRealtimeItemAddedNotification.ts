// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * `thread/realtime/itemAdded`: an event of the service. Experimental.
 */
export type ThreadRealtimeItemAddedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The event as the service sent it.
 */
item: JsonValue, };
