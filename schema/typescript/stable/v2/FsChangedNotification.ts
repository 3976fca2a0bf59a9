// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `fs/changed`: something that is watched has changed.
 */
export type FsChangedNotification = { watchId: string,
/**
 * What, sorted, spelled as in the request.
 */
changedPaths: Array<AbsolutePathBuf>, };
