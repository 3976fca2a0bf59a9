// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CommandExecOutputStream } from "./CommandExecOutputStream";

/**
 * `command/exec/outputDelta`: a command of the client's printed something.
 */
export type CommandExecOutputDeltaNotification = {
/**
 * The client's name for the process.
 */
processId: string, stream: CommandExecOutputStream,
/**
 * The bytes, in padded standard base64.
 */
deltaBase64: string,
/**
 * Whether this is the last of the stream that is sent.
 */
capReached: boolean, };
