// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `experimentalFeature/list`: lists the feature switches, a page at a time.
 */
export type ExperimentalFeatureListParams = {
/**
 * Where the page begins: `nextCursor` of the page before; absent for the first.
 */
cursor?: string | null,
/**
 * How many to answer with: all unless said.
 */
limit?: number | null, };
