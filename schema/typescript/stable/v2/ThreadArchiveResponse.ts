// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/archive`: nothing more to say.
 */
export type ThreadArchiveResponse = Record<string, never>;
