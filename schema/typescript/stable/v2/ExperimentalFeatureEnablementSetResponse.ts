// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `experimentalFeature/enablement/set`.
 */
export type ExperimentalFeatureEnablementSetResponse = {
/**
 * What was asked for.
 */
enablement: { [key in string]?: boolean }, };
