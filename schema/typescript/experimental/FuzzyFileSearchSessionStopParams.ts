// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionStopParams = { sessionId: string, };
