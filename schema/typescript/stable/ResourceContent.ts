// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "./serde_json/JsonValue";

/**
 * What a resource holds, as text or as bytes.
 */
export type ResourceContent =
/**
 * A text.
 */
{
/**
 * Where the content is from.
 */
uri: string,
/**
 * Media type, if the server names one.
 */
mimeType?: string,
/**
 * The text itself.
 */
text: string,
/**
 * The server's own additions.
 */
_meta?: JsonValue, } |
/**
 * Bytes.
 */
{
/**
 * Where the content is from.
 */
uri: string,
/**
 * Media type, if the server names one.
 */
mimeType?: string,
/**
 * The bytes in base64.
 */
blob: string,
/**
 * The server's own additions.
 */
_meta?: JsonValue, };
