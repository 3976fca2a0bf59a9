// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationStringFormat } from "./McpElicitationStringFormat";
import type { McpElicitationStringType } from "./McpElicitationStringType";

/**
 * A text.
 */
export type McpElicitationStringSchema = { type: McpElicitationStringType, title?: string, description?: string,
/**
 * How many characters it has at least.
 */
minLength?: number,
/**
 * How many characters it has at most.
 */
maxLength?: number,
/**
 * What kind of text it is.
 */
format?: McpElicitationStringFormat, default?: string, };
