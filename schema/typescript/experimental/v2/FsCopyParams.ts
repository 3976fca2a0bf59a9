// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/copy`: copies a file, link or folder.
 */
export type FsCopyParams = { sourcePath: AbsolutePathBuf, destinationPath: AbsolutePathBuf,
/**
 * Whether folders may be copied. Default false.
 */
recursive?: boolean, };
