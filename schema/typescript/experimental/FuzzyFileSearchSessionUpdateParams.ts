// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `fuzzyFileSearch/sessionUpdate`: changes the query of a search. What is found is told by
 * `fuzzyFileSearch/sessionUpdated`. Experimental.
 */
export type FuzzyFileSearchSessionUpdateParams = { sessionId: string, query: string, };
