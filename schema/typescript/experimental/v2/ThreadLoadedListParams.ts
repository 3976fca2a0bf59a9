// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/loaded/list`: lists the ids of open threads.
 */
export type ThreadLoadedListParams = {
/**
 * The last id of the page before.
 */
cursor?: string | null,
/**
 * How many to answer with: all unless said.
 */
limit?: number | null, };
