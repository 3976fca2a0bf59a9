// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationLegacyTitledEnumSchema } from "./McpElicitationLegacyTitledEnumSchema";
import type { McpElicitationMultiSelectEnumSchema } from "./McpElicitationMultiSelectEnumSchema";
import type { McpElicitationSingleSelectEnumSchema } from "./McpElicitationSingleSelectEnumSchema";

/**
 * A choice.
 */
export type McpElicitationEnumSchema =
/**
 * Of one.
 */
McpElicitationSingleSelectEnumSchema |
/**
 * Of several.
 */
McpElicitationMultiSelectEnumSchema |
/**
 * Of one, in the older form.
 */
McpElicitationLegacyTitledEnumSchema;
