// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/reasoning/textDelta`: more of the agent's thoughts.
 */
export type ReasoningTextDeltaNotification = {
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
 * The part, counted from 0.
 */
contentIndex: number, };
