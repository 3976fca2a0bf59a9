// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/readFile`: reads a file of at most 512 MiB. Links are followed.
 */
export type FsReadFileParams = {
/**
 * The file.
 */
path: AbsolutePathBuf, };
