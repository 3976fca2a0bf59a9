// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/copy`: nothing more to say.
 */
export type FsCopyResponse = Record<string, never>;
