// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PermissionProfileFileSystemPermissions } from "./PermissionProfileFileSystemPermissions";
import type { PermissionProfileNetworkPermissions } from "./PermissionProfileNetworkPermissions";

/**
 * What a process may touch, in full.
 */
export type PermissionProfile =
/**
 * The server sees to it with a sandbox.
 */
{ "type": "managed",
/**
 * Whether the network may be used.
 */
network: PermissionProfileNetworkPermissions,
/**
 * Which files may be read and written.
 */
fileSystem: PermissionProfileFileSystemPermissions, } |
/**
 * No sandbox.
 */
{ "type": "disabled" } |
/**
 * Somebody else sees to the files.
 */
{ "type": "external",
/**
 * Whether the network may be used.
 */
network: PermissionProfileNetworkPermissions, };
