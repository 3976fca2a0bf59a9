// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/reasoning/summaryPartAdded`: a new paragraph of that summary begins.
 */
export type ReasoningSummaryPartAddedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string,
/**
 * The paragraph, counted from 0.
 */
summaryIndex: number, };
