// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Where the user is, roughly.
 */
export type WebSearchLocation = { country: string | null, region: string | null, city: string | null,
/**
 * As in `Europe/Rome`.
 */
timezone: string | null, };
