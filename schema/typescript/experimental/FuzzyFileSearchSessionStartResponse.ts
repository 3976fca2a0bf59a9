// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionStartResponse = Record<string, never>;
