// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Model } from "./Model";

/**
 * Result of `model/list`.
 */
export type ModelListResponse = { data: Array<Model>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null, };
