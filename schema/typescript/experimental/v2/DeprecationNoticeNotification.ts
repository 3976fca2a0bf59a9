// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `deprecationNotice`: something in use will be removed.
 */
export type DeprecationNoticeNotification = { summary: string,
/**
 * What to use in its place.
 */
details: string | null, };
