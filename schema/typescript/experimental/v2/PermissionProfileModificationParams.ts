// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * A change to a permission profile.
 */
export type PermissionProfileModificationParams =
/**
 * One more folder to write in.
 */
{ "type": "additionalWritableRoot",
/**
 * The folder.
 */
path: AbsolutePathBuf, };
