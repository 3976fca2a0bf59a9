// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fuzzyFileSearch/sessionStop`: nothing more to say.
 */
export type FuzzyFileSearchSessionStopResponse = Record<string, never>;
