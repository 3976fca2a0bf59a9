// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationConstOption } from "./McpElicitationConstOption";

/**
 * Values to choose from.
 */
export type McpElicitationTitledEnumItems = { anyOf: Array<McpElicitationConstOption>, };
