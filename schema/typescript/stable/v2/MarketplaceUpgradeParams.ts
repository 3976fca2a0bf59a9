// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `marketplace/upgrade`: fetches marketplaces anew.
 */
export type MarketplaceUpgradeParams = {
/**
 * Which one; all unless said.
 */
marketplaceName?: string | null, };
