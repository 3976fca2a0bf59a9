// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpToolCallError = { message: string, };
