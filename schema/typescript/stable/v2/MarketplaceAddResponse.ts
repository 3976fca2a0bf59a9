// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * Result of `marketplace/add`.
 */
export type MarketplaceAddResponse = { marketplaceName: string,
/**
 * Where it is kept.
 */
installedRoot: AbsolutePathBuf,
/**
 * Whether it was there before.
 */
alreadyAdded: boolean, };
