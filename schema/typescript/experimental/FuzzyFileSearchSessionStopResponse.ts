// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionStopResponse = Record<string, never>;
