// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WebSearchContextSize = "low" | "medium" | "high";
