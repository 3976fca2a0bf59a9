// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationStringType } from "./McpElicitationStringType";

/**
 * Values to choose from.
 */
export type McpElicitationUntitledEnumItems = { type: McpElicitationStringType, enum: Array<string>, };
