// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type MarketplaceLoadErrorInfo = { marketplacePath: AbsolutePathBuf, message: string, };
