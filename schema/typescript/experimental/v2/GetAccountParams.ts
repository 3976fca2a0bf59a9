// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `account/read`: asks who is logged in.
 */
export type GetAccountParams = {
/**
 * Whether to renew the token first.
 */
refreshToken?: boolean, };
