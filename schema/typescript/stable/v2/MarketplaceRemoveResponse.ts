// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * Result of `marketplace/remove`.
 */
export type MarketplaceRemoveResponse = { marketplaceName: string,
/**
 * Where it was kept, if it was.
 */
installedRoot: AbsolutePathBuf | null, };
