// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ImageDetail = "auto" | "low" | "high" | "original";
