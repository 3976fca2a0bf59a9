// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Thread } from "./Thread";

/**
 * Result of `thread/list`.
 */
export type ThreadListResponse = { data: Array<Thread>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null,
/**
 * For going the other way from the first entry; null on an empty page.
 */
backwardsCursor: string | null, };
