// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SortDirection } from "./SortDirection";
import type { ThreadSortKey } from "./ThreadSortKey";
import type { ThreadSourceKind } from "./ThreadSourceKind";

/**
 * `thread/list`: lists stored threads, a page at a time. Those without a message of the user
 * are left out.
 */
export type ThreadListParams = {
/**
 * Where the page begins: `nextCursor` of the page before; absent for the first.
 */
cursor?: string | null,
/**
 * How many to answer with: 25 unless said, at most 100.
 */
limit?: number | null,
/**
 * Which time they are sorted by. Default `created_at`.
 */
sortKey?: ThreadSortKey | null,
/**
 * Default `desc`, the newest first.
 */
sortDirection?: SortDirection | null,
/**
 * Only threads of these providers. Null for the configured one, empty for all.
 */
modelProviders?: Array<string> | null,
/**
 * Only threads started by these. Null or empty for those started by a person.
 */
sourceKinds?: Array<ThreadSourceKind> | null,
/**
 * Whether to list archived threads instead of the others.
 */
archived?: boolean | null,
/**
 * Only threads of this folder, or these.
 */
cwd?:
/**
 * Threads of this folder.
 */
string |
/**
 * Threads of any of these folders; of none if the list is empty.
 */
Array<string> | null,
/**
 * Whether to answer from the database alone, without looking at the files.
 */
useStateDbOnly?: boolean,
/**
 * Only threads with this text in their title; case matters.
 */
searchTerm?: string | null, };
