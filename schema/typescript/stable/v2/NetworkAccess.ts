// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether the network may be used.
 */
export type NetworkAccess =
/**
 * It may not.
 */
"restricted" |
/**
 * It may.
 */
"enabled";
