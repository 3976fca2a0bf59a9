// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `command/exec/resize`: nothing more to say.
 */
export type CommandExecResizeResponse = Record<string, never>;
