// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a run of a hook fares.
 */
export type HookRunStatus = "running" | "completed" | "failed" |
/**
 * It forbade what it was asked about.
 */
"blocked" |
/**
 * It ended the turn.
 */
"stopped";
