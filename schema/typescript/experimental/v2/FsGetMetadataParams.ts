// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/getMetadata`: tells of a file or folder.
 */
export type FsGetMetadataParams = {
/**
 * Where it is.
 */
path: AbsolutePathBuf, };
