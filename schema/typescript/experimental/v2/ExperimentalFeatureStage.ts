// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How finished a feature is.
 */
export type ExperimentalFeatureStage =
/**
 * To be tried by users.
 */
"beta" |
/**
 * Not to be used yet.
 */
"underDevelopment" |
/**
 * Finished.
 */
"stable" |
/**
 * Going to be removed.
 */
"deprecated" |
/**
 * Without effect; the name is still accepted.
 */
"removed";
