// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DynamicToolCallStatus = "inProgress" | "completed" | "failed";
