// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/loaded/list`.
 */
export type ThreadLoadedListResponse = {
/**
 * Ids, sorted.
 */
data: Array<string>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null, };
