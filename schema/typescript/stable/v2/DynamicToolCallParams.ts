// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * `item/tool/call`: the model calls a tool of the client.
 */
export type DynamicToolCallParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * Tells the call from others.
 */
callId: string, namespace: string | null, tool: string, arguments: JsonValue, };
