// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CommandExecTerminalSize } from "./CommandExecTerminalSize";

/**
 * `command/exec/resize`: changes the size of a command's terminal.
 */
export type CommandExecResizeParams = {
/**
 * The client's name for the process.
 */
processId: string, size: CommandExecTerminalSize, };
