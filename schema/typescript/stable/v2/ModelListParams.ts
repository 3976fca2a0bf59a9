// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `model/list`: lists the models to choose from, a page at a time.
 */
export type ModelListParams = {
/**
 * Where the page begins: `nextCursor` of the page before; absent for the first.
 */
cursor?: string | null,
/**
 * How many to answer with: all unless said.
 */
limit?: number | null,
/**
 * Whether to list those that are not offered, too. Default false.
 */
includeHidden?: boolean | null, };
