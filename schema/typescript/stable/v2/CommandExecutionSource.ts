// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecutionSource = "agent" | "userShell" | "unifiedExecStartup" | "unifiedExecInteraction";
