// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionStartParams = { sessionId: string, roots: Array<string>, };
