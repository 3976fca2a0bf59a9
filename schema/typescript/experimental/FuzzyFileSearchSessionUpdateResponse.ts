// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionUpdateResponse = Record<string, never>;
