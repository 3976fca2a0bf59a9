// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fuzzyFileSearch/sessionStart`: nothing more to say.
 */
export type FuzzyFileSearchSessionStartResponse = Record<string, never>;
