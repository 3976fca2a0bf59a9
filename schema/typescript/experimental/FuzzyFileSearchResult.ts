// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FuzzyFileSearchMatchType } from "./FuzzyFileSearchMatchType";

/**
 * A file or folder that was found.
 */
export type FuzzyFileSearchResult = {
/**
 * The root it is in, as it was given.
 */
root: string,
/**
 * Its path in the root.
 */
path: string, match_type: FuzzyFileSearchMatchType,
/**
 * The last part of its path.
 */
file_name: string,
/**
 * How well it fits; more is better.
 */
score: number,
/**
 * The characters of `path` that fit, counted from 0.
 */
indices: Array<number> | null, };
