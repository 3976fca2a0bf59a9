// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/readFile`.
 */
export type FsReadFileResponse = {
/**
 * The bytes, in padded standard base64.
 */
dataBase64: string, };
