// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/shellCommand`: runs a command of the user's, without sandbox and without asking,
 * as a turn of its own or beside the running one. The model is told of it.
 */
export type ThreadShellCommandParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The command line, for the user's shell.
 */
command: string, };
