// GENERATED CODE! DO NOT MODIFY BY HAND!

export type RealtimeOutputModality = "text" | "audio";
