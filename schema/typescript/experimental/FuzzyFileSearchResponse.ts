// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FuzzyFileSearchResult } from "./FuzzyFileSearchResult";

/**
 * Result of `fuzzyFileSearch`.
 */
export type FuzzyFileSearchResponse = {
/**
 * The 50 best, the best first.
 */
files: Array<FuzzyFileSearchResult>, };
