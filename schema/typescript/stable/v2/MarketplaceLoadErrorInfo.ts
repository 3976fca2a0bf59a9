// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * A marketplace that could not be read.
 */
export type MarketplaceLoadErrorInfo = { marketplacePath: AbsolutePathBuf, message: string, };
