// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `fuzzyFileSearch/sessionStop`: ends a search. Experimental.
 */
export type FuzzyFileSearchSessionStopParams = { sessionId: string, };
