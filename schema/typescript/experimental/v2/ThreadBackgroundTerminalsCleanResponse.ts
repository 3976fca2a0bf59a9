// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/backgroundTerminals/clean`: nothing more to say.
 */
export type ThreadBackgroundTerminalsCleanResponse = Record<string, never>;
