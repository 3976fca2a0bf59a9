// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookOutputEntryKind = "warning" | "stop" | "feedback" | "context" | "error";
