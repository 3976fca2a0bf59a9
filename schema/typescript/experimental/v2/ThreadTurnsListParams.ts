// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SortDirection } from "./SortDirection";

/**
 * `thread/turns/list`: lists a thread's turns, a page at a time.
 */
export type ThreadTurnsListParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * Where the page begins: `nextCursor` of the page before; absent for the first.
 */
cursor?: string | null,
/**
 * How many to answer with: 25 unless said, at most 100.
 */
limit?: number | null,
/**
 * Default `desc`, the newest first.
 */
sortDirection?: SortDirection | null, };
