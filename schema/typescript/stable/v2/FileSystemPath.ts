// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { FileSystemSpecialPath } from "./FileSystemSpecialPath";

/**
 * A part of the file system.
 */
export type FileSystemPath =
/**
 * A file, or a folder with all in it.
 */
{ "type": "path", path: AbsolutePathBuf, } |
/**
 * All files a pattern matches.
 */
{ "type": "glob_pattern",
/**
 * The pattern: `*`, `**`, `?`.
 */
pattern: string, } |
/**
 * A place that is known by its purpose.
 */
{ "type": "special",
/**
 * The purpose.
 */
value: FileSystemSpecialPath, };
