// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `marketplace/add`: fetches a marketplace of plugins and adds it to the configuration.
 */
export type MarketplaceAddParams = {
/**
 * Where it is: a folder, a git address, or `owner/repo`.
 */
source: string,
/**
 * The branch or tag to take.
 */
refName?: string | null,
/**
 * The folders to take; all unless said.
 */
sparsePaths?: Array<string> | null, };
