// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How fast the model service should answer.
 */
export type ServiceTier =
/**
 * Faster, at a higher price.
 */
"fast" |
/**
 * Slower, at a lower price.
 */
"flex";
