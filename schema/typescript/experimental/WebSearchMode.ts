// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WebSearchMode = "disabled" | "cached" | "live";
