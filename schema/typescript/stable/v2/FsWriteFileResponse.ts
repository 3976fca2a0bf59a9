// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/writeFile`: nothing more to say.
 */
export type FsWriteFileResponse = Record<string, never>;
