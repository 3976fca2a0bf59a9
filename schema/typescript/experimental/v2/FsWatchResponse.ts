// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * Result of `fs/watch`.
 */
export type FsWatchResponse = {
/**
 * What is watched, without dots and doubled slashes.
 */
path: AbsolutePathBuf, };
