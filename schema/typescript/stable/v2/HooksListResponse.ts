// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HooksListEntry } from "./HooksListEntry";

/**
 * Result of `hooks/list`.
 */
export type HooksListResponse = {
/**
 * An entry per folder asked for, in that order.
 */
data: Array<HooksListEntry>, };
