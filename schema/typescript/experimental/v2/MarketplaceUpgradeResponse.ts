// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { MarketplaceUpgradeErrorInfo } from "./MarketplaceUpgradeErrorInfo";

/**
 * Result of `marketplace/upgrade`.
 */
export type MarketplaceUpgradeResponse = {
/**
 * Those looked at, by their names.
 */
selectedMarketplaces: Array<string>,
/**
 * Folders of those that changed.
 */
upgradedRoots: Array<AbsolutePathBuf>,
/**
 * Those that could not be fetched.
 */
errors: Array<MarketplaceUpgradeErrorInfo>, };
