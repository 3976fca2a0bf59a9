// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `command/exec/write`: nothing more to say.
 */
export type CommandExecWriteResponse = Record<string, never>;
