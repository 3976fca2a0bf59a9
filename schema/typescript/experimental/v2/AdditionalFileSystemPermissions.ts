// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { FileSystemSandboxEntry } from "./FileSystemSandboxEntry";

/**
 * Files a command may use beyond its sandbox.
 */
export type AdditionalFileSystemPermissions = {
/**
 * Files and folders to read.
 */
read: Array<AbsolutePathBuf> | null,
/**
 * Files and folders to write.
 */
write: Array<AbsolutePathBuf> | null,
/**
 * How deep patterns are looked for, in folders below their fixed part.
 */
globScanMaxDepth?: number,
/**
 * The same in the form of profiles; it counts if it is there.
 */
entries?: Array<FileSystemSandboxEntry>, };
