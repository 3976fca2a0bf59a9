// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AdditionalFileSystemPermissions } from "./AdditionalFileSystemPermissions";
import type { AdditionalNetworkPermissions } from "./AdditionalNetworkPermissions";

export type GrantedPermissionProfile = { network?: AdditionalNetworkPermissions | null, fileSystem?: AdditionalFileSystemPermissions | null, };
