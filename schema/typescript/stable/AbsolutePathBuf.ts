// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * An absolute path on the server's machine.
 *
 * Reading a relative path fails with the message clients know from the reference,
 * `AbsolutePathBuf deserialized without a base path`. A path that is not UTF-8 is written
 * with replacement characters.
 */
export type AbsolutePathBuf = string;
