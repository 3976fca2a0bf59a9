// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExperimentalFeature } from "./ExperimentalFeature";

/**
 * Result of `experimentalFeature/list`.
 */
export type ExperimentalFeatureListResponse = { data: Array<ExperimentalFeature>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null, };
