// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * Where a plugin is from.
 */
export type PluginSource =
/**
 * A folder.
 */
{ "type": "local", path: AbsolutePathBuf, } |
/**
 * A git repository.
 */
{ "type": "git", url: string,
/**
 * A folder in it.
 */
path: string | null,
/**
 * A branch or tag.
 */
refName: string | null,
/**
 * A commit.
 */
sha: string | null, } |
/**
 * The plugin service.
 */
{ "type": "remote" };
