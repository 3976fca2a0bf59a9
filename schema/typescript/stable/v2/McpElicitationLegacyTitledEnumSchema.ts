// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationStringType } from "./McpElicitationStringType";

/**
 * A choice of one in the older form.
 */
export type McpElicitationLegacyTitledEnumSchema = { type: McpElicitationStringType, title?: string, description?: string, enum: Array<string>,
/**
 * What is shown for the values, in their order.
 */
enumNames?: Array<string>, default?: string, };
