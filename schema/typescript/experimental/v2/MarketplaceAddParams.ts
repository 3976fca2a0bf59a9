// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MarketplaceAddParams = { source: string, refName?: string | null, sparsePaths?: Array<string> | null, };
