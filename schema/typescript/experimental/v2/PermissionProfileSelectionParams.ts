// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PermissionProfileModificationParams } from "./PermissionProfileModificationParams";

export type PermissionProfileSelectionParams = { "type": "profile", id: string, modifications?: Array<PermissionProfileModificationParams> | null, };
