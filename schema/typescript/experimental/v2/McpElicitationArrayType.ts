// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The type's name.
 */
export type McpElicitationArrayType = "array";
