// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether the web is searched.
 */
export type WebSearchMode = "disabled" |
/**
 * Only what the service has stored.
 */
"cached" |
/**
 * The web as it is.
 */
"live";
