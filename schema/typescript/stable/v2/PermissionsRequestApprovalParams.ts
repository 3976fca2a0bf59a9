// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { RequestPermissionProfile } from "./RequestPermissionProfile";

/**
 * `item/permissions/requestApproval`: the model asks for more permissions.
 */
export type PermissionsRequestApprovalParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string,
/**
 * The folder relative paths are meant in.
 */
cwd: AbsolutePathBuf,
/**
 * Why, in the model's words.
 */
reason: string | null,
/**
 * What it asks for.
 */
permissions: RequestPermissionProfile, };
