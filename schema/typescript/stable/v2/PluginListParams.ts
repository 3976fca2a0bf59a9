// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `plugin/list`: lists the plugins of all known marketplaces.
 */
export type PluginListParams = {
/**
 * Folders to look for marketplaces in, too.
 */
cwds?: Array<AbsolutePathBuf> | null, };
