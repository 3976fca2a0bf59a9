// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Who wanted a command.
 */
export type CommandExecutionSource =
/**
 * The model.
 */
"agent" |
/**
 * The user, with `thread/shellCommand`.
 */
"userShell" |
/**
 * The model, as a process it can talk to.
 */
"unifiedExecStartup" |
/**
 * The model, talking to such a process.
 */
"unifiedExecInteraction";
