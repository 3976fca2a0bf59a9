// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PermissionProfileModificationParams } from "./PermissionProfileModificationParams";

/**
 * The choice of a permission profile.
 */
export type PermissionProfileSelectionParams =
/**
 * A profile by its name.
 */
{ "type": "profile",
/**
 * `:read-only`, `:workspace`, `:danger-no-sandbox`, or a name from the configuration's
 * `permissions` table.
 */
id: string,
/**
 * What is changed about it.
 */
modifications?: Array<PermissionProfileModificationParams>, };
