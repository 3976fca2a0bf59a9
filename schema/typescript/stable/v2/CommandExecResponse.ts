// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `command/exec`.
 */
export type CommandExecResponse = {
/**
 * Its exit code: 124 after the timeout, -1 if it was killed.
 */
exitCode: number,
/**
 * What it printed, unless streamed.
 */
stdout: string,
/**
 * What it printed as errors, unless streamed.
 */
stderr: string, };
