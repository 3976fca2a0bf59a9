// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `marketplace/remove`: takes a marketplace out of the configuration.
 */
export type MarketplaceRemoveParams = { marketplaceName: string, };
