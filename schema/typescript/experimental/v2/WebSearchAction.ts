// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a search of the web did.
 */
export type WebSearchAction =
/**
 * Asked a search engine.
 */
{ "type": "search",
/**
 * The question.
 */
query: string | null,
/**
 * The questions, where there were several.
 */
queries: Array<string> | null, } |
/**
 * Read a page.
 */
{ "type": "openPage", url: string | null, } |
/**
 * Looked for a text on a page.
 */
{ "type": "findInPage", url: string | null, pattern: string | null, } |
/**
 * Something else.
 */
{ "type": "other" };
