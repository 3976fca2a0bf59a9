// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";
import type { McpElicitationSchema } from "./McpElicitationSchema";

/**
 * `mcpServer/elicitation/request`: an MCP server asks the user something.
 */
export type McpServerElicitationRequestParams = {
/**
 * The thread on whose behalf the server was called.
 */
threadId: string,
/**
 * The turn that was running when the server asked, if there was one.
 */
turnId: string | null,
/**
 * The server's name in the configuration.
 */
serverName: string, } & (
/**
 * By filling in a form.
 */
{ "mode": "form",
/**
 * The server's own additions.
 */
_meta: JsonValue | null,
/**
 * What the user is asked.
 */
message: string,
/**
 * The fields of the form.
 */
requestedSchema: McpElicitationSchema, } |
/**
 * By visiting a page.
 */
{ "mode": "url",
/**
 * The server's own additions.
 */
_meta: JsonValue | null,
/**
 * What the user is asked.
 */
message: string,
/**
 * The page to open.
 */
url: string,
/**
 * The server's name for this question.
 */
elicitationId: string, });
