// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `account/login/cancel`: ends a login that waits.
 */
export type CancelLoginAccountParams = {
/**
 * Which login.
 */
loginId: string, };
