// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ReasoningSummaryPartAddedNotification = { threadId: string, turnId: string, itemId: string, summaryIndex: number, };
