// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/shellCommand`: nothing more to say.
 */
export type ThreadShellCommandResponse = Record<string, never>;
