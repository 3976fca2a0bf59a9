// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * What a command does, as far as that can be told from its text.
 */
export type CommandAction =
/**
 * Reads a file.
 */
{ "type": "read",
/**
 * The part of the command line that does it.
 */
command: string,
/**
 * The file's name without its folder.
 */
name: string, path: AbsolutePathBuf, } |
/**
 * Lists files.
 */
{ "type": "listFiles",
/**
 * The part of the command line that does it.
 */
command: string,
/**
 * Where, if it is said.
 */
path: string | null, } |
/**
 * Searches files.
 */
{ "type": "search",
/**
 * The part of the command line that does it.
 */
command: string,
/**
 * What for, if it can be told.
 */
query: string | null,
/**
 * Where, if it is said.
 */
path: string | null, } |
/**
 * Something else.
 */
{ "type": "unknown", command: string, };
