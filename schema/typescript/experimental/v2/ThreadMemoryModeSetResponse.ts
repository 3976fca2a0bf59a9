// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/memoryMode/set`: nothing more to say.
 */
export type ThreadMemoryModeSetResponse = Record<string, never>;
