// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationArrayType = "array";
