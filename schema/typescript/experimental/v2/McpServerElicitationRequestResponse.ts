// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";
import type { McpServerElicitationAction } from "./McpServerElicitationAction";

/**
 * Answer to `mcpServer/elicitation/request`.
 */
export type McpServerElicitationRequestResponse = {
/**
 * What the user did.
 */
action: McpServerElicitationAction,
/**
 * What was filled in, if the form was accepted.
 */
content?: JsonValue | null,
/**
 * Additions for the server.
 */
_meta?: JsonValue | null, };
