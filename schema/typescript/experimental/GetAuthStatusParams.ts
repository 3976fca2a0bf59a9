// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Params of `getAuthStatus`.
 */
export type GetAuthStatusParams = {
/**
 * Whether the result is to hold the token. Default false.
 */
includeToken?: boolean | null,
/**
 * Whether to renew the token first. Default false.
 */
refreshToken?: boolean | null, };
