// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * `thread/inject_items`: adds items to a thread's conversation with the model without asking
 * it.
 */
export type ThreadInjectItemsParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The items, as the Responses API spells them.
 */
items: Array<JsonValue>, };
