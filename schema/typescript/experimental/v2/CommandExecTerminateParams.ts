// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `command/exec/terminate`: kills a running command. The reply does not wait for its end.
 */
export type CommandExecTerminateParams = {
/**
 * The client's name for the process.
 */
processId: string, };
