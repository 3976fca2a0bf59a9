// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The size of a terminal in characters, at least 1 each way.
 */
export type CommandExecTerminalSize = { rows: number, cols: number, };
