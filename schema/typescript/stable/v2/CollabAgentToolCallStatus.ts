// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How dealing with an agent fares.
 */
export type CollabAgentToolCallStatus = "inProgress" | "completed" | "failed";
