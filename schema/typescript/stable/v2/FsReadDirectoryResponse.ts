// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FsReadDirectoryEntry } from "./FsReadDirectoryEntry";

/**
 * Result of `fs/readDirectory`.
 */
export type FsReadDirectoryResponse = {
/**
 * What is in it, in the order of the file system.
 */
entries: Array<FsReadDirectoryEntry>, };
