// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FuzzyFileSearchResult } from "./FuzzyFileSearchResult";

/**
 * `fuzzyFileSearch/sessionUpdated`: what a search has found so far. Experimental.
 */
export type FuzzyFileSearchSessionUpdatedNotification = { sessionId: string,
/**
 * The query it belongs to.
 */
query: string,
/**
 * The best, the best first.
 */
files: Array<FuzzyFileSearchResult>, };
