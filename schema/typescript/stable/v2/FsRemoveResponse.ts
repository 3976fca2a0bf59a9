// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/remove`: nothing more to say.
 */
export type FsRemoveResponse = Record<string, never>;
