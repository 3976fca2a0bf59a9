// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `account/logout`, which forgets the credentials.
 */
export type LogoutAccountResponse = Record<string, never>;
