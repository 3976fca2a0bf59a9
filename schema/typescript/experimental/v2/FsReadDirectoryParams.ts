// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/readDirectory`: lists a folder.
 */
export type FsReadDirectoryParams = {
/**
 * The folder.
 */
path: AbsolutePathBuf, };
