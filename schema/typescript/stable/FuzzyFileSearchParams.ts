// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `fuzzyFileSearch`: finds files and folders by parts of their paths.
 */
export type FuzzyFileSearchParams = {
/**
 * The parts, parted by blanks; case is ignored. `^` and `$` stand for beginning and end, `'`
 * asks for the text itself, `!` excludes.
 */
query: string,
/**
 * Folders to look in; relative ones below the server's own.
 */
roots: Array<string>,
/**
 * A search with the same token that still runs is ended.
 */
cancellationToken?: string | null, };
