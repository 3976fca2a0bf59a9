// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A place that is known by its purpose.
 */
export type FileSystemSpecialPath =
/**
 * Everything.
 */
{ "kind": "root" } |
/**
 * What programs need to start: libraries and the like.
 */
{ "kind": "minimal" } |
/**
 * The working directory and the configured roots.
 */
{ "kind": "project_roots",
/**
 * A path in each of them.
 */
subpath: string | null, } |
/**
 * The folder `$TMPDIR` names.
 */
{ "kind": "tmpdir" } |
/**
 * `/tmp`.
 */
{ "kind": "slash_tmp" } |
/**
 * A purpose this version does not know; it matches nothing.
 */
{ "kind": "unknown",
/**
 * Its name.
 */
path: string,
/**
 * A path in it.
 */
subpath: string | null, };
