// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `experimentalFeature/enablement/set`: switches features on or off for the life of the
 * process.
 */
export type ExperimentalFeatureEnablementSetParams = {
/**
 * Whether each is to be on, by name; all or none is done.
 */
enablement: { [key in string]?: boolean }, };
