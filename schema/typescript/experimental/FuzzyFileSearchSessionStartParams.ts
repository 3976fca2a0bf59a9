// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `fuzzyFileSearch/sessionStart`: starts a search whose query changes, as when the user
 * types. Experimental.
 */
export type FuzzyFileSearchSessionStartParams = {
/**
 * The client's name for it; a session of that name is replaced.
 */
sessionId: string,
/**
 * Folders to look in, at least one.
 */
roots: Array<string>, };
