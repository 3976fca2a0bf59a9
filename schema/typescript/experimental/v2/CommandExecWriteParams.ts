// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `command/exec/write`: gives input to a running command, closes its input, or both.
 */
export type CommandExecWriteParams = {
/**
 * The client's name for the process.
 */
processId: string,
/**
 * Bytes, in padded standard base64.
 */
deltaBase64?: string | null,
/**
 * Whether its input ends.
 */
closeStdin?: boolean, };
