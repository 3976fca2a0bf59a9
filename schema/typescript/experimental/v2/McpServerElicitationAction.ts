// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerElicitationAction = "accept" | "decline" | "cancel";
