// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ActivePermissionProfileModification } from "./ActivePermissionProfileModification";

/**
 * The permission profile that was chosen by name.
 */
export type ActivePermissionProfile = {
/**
 * Its name.
 */
id: string,
/**
 * The profile it is built on.
 */
extends: string | null,
/**
 * What was changed about it.
 */
modifications: Array<ActivePermissionProfileModification>, };
