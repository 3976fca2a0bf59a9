// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MergeStrategy = "replace" | "upsert";
