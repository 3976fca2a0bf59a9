// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `fuzzyFileSearch/sessionCompleted`: a search has looked everywhere. Experimental.
 */
export type FuzzyFileSearchSessionCompletedNotification = { sessionId: string, };
