// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GuardianCommandSource = "shell" | "unifiedExec";
