// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModelAvailabilityNux = { message: string, };
