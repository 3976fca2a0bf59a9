// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

/**
 * Result of `thread/turns/list`.
 */
export type ThreadTurnsListResponse = { data: Array<Turn>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null,
/**
 * For going the other way from the first turn, that turn included; null on an empty page.
 */
backwardsCursor: string | null, };
