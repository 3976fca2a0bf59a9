// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileSystemSandboxEntry } from "./FileSystemSandboxEntry";

/**
 * Which files may be read and written.
 */
export type PermissionProfileFileSystemPermissions =
/**
 * Those of the entries alone; the most specific entry counts.
 */
{ "type": "restricted",
/**
 * The entries.
 */
entries: Array<FileSystemSandboxEntry>,
/**
 * How deep patterns are looked for, in folders below their fixed part.
 */
globScanMaxDepth?: number, } |
/**
 * All.
 */
{ "type": "unrestricted" };
