// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ServiceTier = "fast" | "flex";
