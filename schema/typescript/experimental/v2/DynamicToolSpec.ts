// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * A tool the client brings.
 */
export type DynamicToolSpec = {
/**
 * A group of tools the model sees as one; needed if `deferLoading` is set.
 */
namespace?: string | null,
/**
 * What the model calls it. Neither `mcp` nor beginning with `mcp__`; no blanks around it.
 */
name: string,
/**
 * What it does, for the model.
 */
description: string,
/**
 * JSON Schema of its arguments, an object.
 */
inputSchema: JsonValue,
/**
 * Whether the model is told of the tool only when it searches for it.
 */
deferLoading?: boolean, };
