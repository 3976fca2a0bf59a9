// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `account/login/completed`: a login has ended.
 */
export type AccountLoginCompletedNotification = {
/**
 * Which one; null for those that end at once.
 */
loginId: string | null, success: boolean,
/**
 * Why it failed, if it did.
 */
error: string | null, };
