// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `modelProvider/capabilities/read`.
 */
export type ModelProviderCapabilitiesReadResponse = {
/**
 * Whether tools can be grouped.
 */
namespaceTools: boolean,
/**
 * Whether it makes images.
 */
imageGeneration: boolean,
/**
 * Whether it searches the web.
 */
webSearch: boolean, };
