// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchMatchType = "file" | "directory";
