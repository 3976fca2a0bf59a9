// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "./serde_json/JsonValue";

/**
 * A resource of an MCP server.
 */
export type Resource = {
/**
 * Hints to clients, as the server sent them.
 */
annotations?: JsonValue, description?: string,
/**
 * Its media type.
 */
mimeType?: string, name: string,
/**
 * How large it is, in bytes.
 */
size?: number, title?: string,
/**
 * What it is read by.
 */
uri: string,
/**
 * Images for it, as the server sent them.
 */
icons?: Array<JsonValue>,
/**
 * The server's own additions.
 */
_meta?: JsonValue, };
