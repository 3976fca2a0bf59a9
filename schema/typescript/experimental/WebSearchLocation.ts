// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WebSearchLocation = { country: string | null, region: string | null, city: string | null, timezone: string | null, };
