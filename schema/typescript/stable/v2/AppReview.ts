// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How the review of an app stands.
 */
export type AppReview = { status: string, };
