// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "./serde_json/JsonValue";

/**
 * A pattern for resources of an MCP server.
 */
export type ResourceTemplate = {
/**
 * Hints to clients, as the server sent them.
 */
annotations?: JsonValue,
/**
 * The pattern of their URIs (RFC 6570).
 */
uriTemplate: string, name: string, title?: string, description?: string,
/**
 * Their media type, if they have one in common.
 */
mimeType?: string, };
