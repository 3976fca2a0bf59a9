// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MarketplaceInterface = { displayName: string | null, };
