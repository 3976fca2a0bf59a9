// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { GrantedPermissionProfile } from "./GrantedPermissionProfile";
import type { PermissionGrantScope } from "./PermissionGrantScope";

/**
 * Answer to `item/permissions/requestApproval`.
 */
export type PermissionsRequestApprovalResponse = {
/**
 * What is granted; the rest is refused.
 */
permissions: GrantedPermissionProfile,
/**
 * For how long.
 */
scope?: PermissionGrantScope,
/**
 * Whether what is done with them is reviewed by a model.
 */
strictAutoReview?: boolean | null, };
