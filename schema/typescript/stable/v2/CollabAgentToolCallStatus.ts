// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CollabAgentToolCallStatus = "inProgress" | "completed" | "failed";
