// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What ending a subscription did.
 */
export type ThreadUnsubscribeStatus =
/**
 * The thread is not open.
 */
"notLoaded" |
/**
 * The caller was not subscribed.
 */
"notSubscribed" |
/**
 * The subscription has ended.
 */
"unsubscribed";
