// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SortDirection } from "./SortDirection";
import type { ThreadSortKey } from "./ThreadSortKey";
import type { ThreadSourceKind } from "./ThreadSourceKind";

export type ThreadListParams = { cursor?: string | null, limit?: number | null, sortKey?: ThreadSortKey | null, sortDirection?: SortDirection | null, modelProviders?: Array<string> | null, sourceKinds?: Array<ThreadSourceKind> | null, archived?: boolean | null, cwd?: 
/**
 * Threads of this folder.
 */
string | 
/**
 * Threads of any of these folders; of none if the list is empty.
 */
Array<string> | null, useStateDbOnly?: boolean, searchTerm?: string | null, };
