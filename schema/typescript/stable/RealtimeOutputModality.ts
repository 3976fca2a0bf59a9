// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a model speaks or writes.
 */
export type RealtimeOutputModality = "text" | "audio";
