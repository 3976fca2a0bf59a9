// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether the number has to be whole.
 */
export type McpElicitationNumberType = "number" | "integer";
