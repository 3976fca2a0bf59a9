// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `command/exec/terminate`: nothing more to say.
 */
export type CommandExecTerminateResponse = Record<string, never>;
