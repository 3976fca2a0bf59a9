// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fuzzyFileSearch/sessionUpdate`: nothing more to say.
 */
export type FuzzyFileSearchSessionUpdateResponse = Record<string, never>;
