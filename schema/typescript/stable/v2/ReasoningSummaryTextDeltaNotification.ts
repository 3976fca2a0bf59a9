// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/reasoning/summaryTextDelta`: more of a summary of the agent's thoughts.
 */
export type ReasoningSummaryTextDeltaNotification = {
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
 * What is to be added.
 */
delta: string,
/**
 * The paragraph, counted from 0.
 */
summaryIndex: number, };
