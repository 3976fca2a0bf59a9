// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/watch`: has changes of a file, or of what is in a folder, told by `fs/changed` until
 * `fs/unwatch` or the end of the connection.
 */
export type FsWatchParams = {
/**
 * The client's name for the watch; unique on its connection.
 */
watchId: string,
/**
 * What to watch; it need not exist.
 */
path: AbsolutePathBuf, };
