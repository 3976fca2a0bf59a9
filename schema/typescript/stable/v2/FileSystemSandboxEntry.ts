// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileSystemAccessMode } from "./FileSystemAccessMode";
import type { FileSystemPath } from "./FileSystemPath";

/**
 * Access to a part of the file system.
 */
export type FileSystemSandboxEntry = {
/**
 * The part.
 */
path: FileSystemPath,
/**
 * The access.
 */
access: FileSystemAccessMode, };
