// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationBooleanType = "boolean";
