// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationObjectType } from "./McpElicitationObjectType";
import type { McpElicitationPrimitiveSchema } from "./McpElicitationPrimitiveSchema";

/**
 * The fields of a form.
 */
export type McpElicitationSchema = {
/**
 * The version of JSON Schema it is written in.
 */
$schema?: string, type: McpElicitationObjectType,
/**
 * The fields, by their names.
 */
properties: { [key in string]?: McpElicitationPrimitiveSchema },
/**
 * Names of those that must be filled in.
 */
required?: Array<string>, };
