// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/plan/delta`: more of the plan the agent proposes.
 */
export type PlanDeltaNotification = {
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
delta: string, };
