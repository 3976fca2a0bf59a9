// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileSystemSandboxEntry } from "./FileSystemSandboxEntry";

export type PermissionProfileFileSystemPermissions = { "type": "restricted", entries: Array<FileSystemSandboxEntry>, globScanMaxDepth?: number, } | { "type": "unrestricted" };
