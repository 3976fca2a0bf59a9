// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/createDirectory`: nothing more to say.
 */
export type FsCreateDirectoryResponse = Record<string, never>;
