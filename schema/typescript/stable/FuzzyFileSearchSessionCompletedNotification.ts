// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionCompletedNotification = { sessionId: string, };
