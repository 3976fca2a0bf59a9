// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * Result of `mcpServer/tool/call`: what the server answered.
 */
export type McpServerToolCallResponse = { content: Array<JsonValue>,
/**
 * The answer as data, if the server sends that.
 */
structuredContent?: JsonValue,
/**
 * Whether the tool itself calls it a failure.
 */
isError?: boolean,
/**
 * The server's own additions.
 */
_meta?: JsonValue, };
