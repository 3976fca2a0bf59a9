// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { MarketplaceInterface } from "./MarketplaceInterface";
import type { PluginSummary } from "./PluginSummary";

/**
 * A marketplace and its plugins.
 */
export type PluginMarketplaceEntry = { name: string,
/**
 * Its file; null for one that is only on the net.
 */
path: AbsolutePathBuf | null,
/**
 * How to show it.
 */
interface: MarketplaceInterface | null, plugins: Array<PluginSummary>, };
