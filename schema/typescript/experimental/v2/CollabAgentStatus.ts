// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How an agent is.
 */
export type CollabAgentStatus =
/**
 * It is being started.
 */
"pendingInit" | "running" |
/**
 * Its turn was stopped.
 */
"interrupted" | "completed" | "errored" |
/**
 * It is closed.
 */
"shutdown" |
/**
 * There is no such agent.
 */
"notFound";
