// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * A change to the profile that is in force.
 */
export type ActivePermissionProfileModification =
/**
 * One more folder to write in.
 */
{ "type": "additionalWritableRoot",
/**
 * The folder.
 */
path: AbsolutePathBuf, };
