// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { WebSearchContextSize } from "./WebSearchContextSize";
import type { WebSearchLocation } from "./WebSearchLocation";

/**
 * Settings of searches on the web.
 */
export type WebSearchToolConfig = {
/**
 * How much of what is found the model is given.
 */
context_size: WebSearchContextSize | null,
/**
 * The only hosts to look at.
 */
allowed_domains: Array<string> | null,
/**
 * Where the user is, for results nearby.
 */
location: WebSearchLocation | null, };
