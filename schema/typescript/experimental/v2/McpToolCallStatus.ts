// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpToolCallStatus = "inProgress" | "completed" | "failed";
