// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A marketplace that could not be fetched.
 */
export type MarketplaceUpgradeErrorInfo = { marketplaceName: string, message: string, };
