// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `plugin/install`: installs a plugin. Exactly one of `marketplacePath` and
 * `remoteMarketplaceName` says where it is.
 */
export type PluginInstallParams = {
/**
 * The marketplace's file.
 */
marketplacePath?: AbsolutePathBuf | null,
/**
 * The marketplace's name at the plugin service.
 */
remoteMarketplaceName?: string | null, pluginName: string, };
