// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ActivePermissionProfileModification } from "./ActivePermissionProfileModification";

export type ActivePermissionProfile = { id: string, extends: string | null, modifications: Array<ActivePermissionProfileModification>, };
