// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Where a review takes place.
 */
export type ReviewDelivery =
/**
 * In the thread itself.
 */
"inline" |
/**
 * In a thread of its own.
 */
"detached";
