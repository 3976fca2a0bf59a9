// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/unwatch`: nothing more to say.
 */
export type FsUnwatchResponse = Record<string, never>;
