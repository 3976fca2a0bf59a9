// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * What a tool of an MCP server answered.
 */
export type McpToolCallResult = {
/**
 * Parts as the server sent them.
 */
content: Array<JsonValue>,
/**
 * The same as data, if the server sends that.
 */
structuredContent: JsonValue | null,
/**
 * The server's own additions.
 */
_meta: JsonValue | null, };
