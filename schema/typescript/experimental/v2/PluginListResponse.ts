// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { MarketplaceLoadErrorInfo } from "./MarketplaceLoadErrorInfo";
import type { PluginMarketplaceEntry } from "./PluginMarketplaceEntry";

/**
 * Result of `plugin/list`.
 */
export type PluginListResponse = { marketplaces: Array<PluginMarketplaceEntry>,
/**
 * Marketplaces that could not be read.
 */
marketplaceLoadErrors: Array<MarketplaceLoadErrorInfo>,
/**
 * Plugins to show first.
 */
featuredPluginIds: Array<string>, };
