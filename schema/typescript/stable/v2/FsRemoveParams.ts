// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/remove`: removes a file or folder. A link is removed, not its target.
 */
export type FsRemoveParams = {
/**
 * Where it is.
 */
path: AbsolutePathBuf,
/**
 * Whether to remove what is in a folder, too. Default true.
 */
recursive?: boolean | null,
/**
 * Whether to be content if nothing is there. Default true.
 */
force?: boolean | null, };
