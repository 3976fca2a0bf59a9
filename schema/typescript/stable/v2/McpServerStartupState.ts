// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerStartupState = "starting" | "ready" | "failed" | "cancelled";
