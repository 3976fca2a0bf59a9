// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookRunStatus = "running" | "completed" | "failed" | "blocked" | "stopped";
