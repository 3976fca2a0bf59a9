// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecutionStatus = "inProgress" | "completed" | "failed" | "declined";
