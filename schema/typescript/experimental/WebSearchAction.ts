// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a web search of the model service did.
 */
export type WebSearchAction =
/**
 * Asked a search engine.
 */
{ "type": "search",
/**
 * The question.
 */
query?: string,
/**
 * The questions, where there were several.
 */
queries?: Array<string>, } |
/**
 * Read a page.
 */
{ "type": "open_page",
/**
 * The page.
 */
url?: string, } |
/**
 * Looked for a text on a page.
 */
{ "type": "find_in_page",
/**
 * The page.
 */
url?: string,
/**
 * The text.
 */
pattern?: string, } |
/**
 * An action of another kind, kept as it came.
 */
{ "type": "other" };
