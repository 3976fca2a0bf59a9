// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/writeFile`: writes a file, creating or replacing its content. Links are followed;
 * folders are not made.
 */
export type FsWriteFileParams = {
/**
 * The file.
 */
path: AbsolutePathBuf,
/**
 * The bytes, in padded standard base64.
 */
dataBase64: string, };
