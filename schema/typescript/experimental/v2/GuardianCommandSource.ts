// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a command is run.
 */
export type GuardianCommandSource = "shell" |
/**
 * As a process that can be talked to.
 */
"unifiedExec";
