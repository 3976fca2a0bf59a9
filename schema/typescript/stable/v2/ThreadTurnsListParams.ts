// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SortDirection } from "./SortDirection";

export type ThreadTurnsListParams = { threadId: string, cursor?: string | null, limit?: number | null, sortDirection?: SortDirection | null, };
