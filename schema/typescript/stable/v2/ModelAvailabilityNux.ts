// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What to tell the user when a model is new.
 */
export type ModelAvailabilityNux = { message: string, };
