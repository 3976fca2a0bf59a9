// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a change of the configuration has an effect.
 */
export type WriteStatus = "ok" |
/**
 * It was made, but a stronger layer says otherwise.
 */
"okOverridden";
