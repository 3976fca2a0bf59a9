// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/createDirectory`: makes a folder.
 */
export type FsCreateDirectoryParams = {
/**
 * The folder.
 */
path: AbsolutePathBuf,
/**
 * Whether to make those above it and be content if it is there. Default true.
 */
recursive?: boolean | null, };
