// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What becomes of a table that is there.
 */
export type MergeStrategy =
/**
 * The value takes its place.
 */
"replace" |
/**
 * The value's members are put into it.
 */
"upsert";
