// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a command fares.
 */
export type CommandExecutionStatus = "inProgress" | "completed" |
/**
 * It ended with another exit code than 0, or could not be started.
 */
"failed" |
/**
 * It was not allowed to run.
 */
"declined";
