// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "./serde_json/JsonValue";

/**
 * A tool of an MCP server.
 */
export type Tool = {
/**
 * What it is called by.
 */
name: string,
/**
 * What it is called in front of people.
 */
title?: string, description?: string,
/**
 * JSON Schema of its arguments.
 */
inputSchema: JsonValue,
/**
 * JSON Schema of its structured answer.
 */
outputSchema?: JsonValue,
/**
 * Hints to clients, as the server sent them.
 */
annotations?: JsonValue,
/**
 * Images for it, as the server sent them.
 */
icons?: Array<JsonValue>,
/**
 * The server's own additions.
 */
_meta?: JsonValue, };
