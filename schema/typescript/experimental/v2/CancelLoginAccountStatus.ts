// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What ending a login did.
 */
export type CancelLoginAccountStatus =
/**
 * It waits no more.
 */
"canceled" |
/**
 * It was not waiting.
 */
"notFound";
