// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PatchApplyStatus = "inProgress" | "completed" | "failed" | "declined";
