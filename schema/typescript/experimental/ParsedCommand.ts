// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a command does, as far as that can be told from its text.
 */
export type ParsedCommand = { "type": "read",
/**
 * The part of the command line that does it.
 */
cmd: string,
/**
 * The file's name without its folder.
 */
name: string, path: string, } | { "type": "list_files",
/**
 * The part of the command line that does it.
 */
cmd: string, path: string | null, } | { "type": "search",
/**
 * The part of the command line that does it.
 */
cmd: string, query: string | null, path: string | null, } | { "type": "unknown", cmd: string, };
