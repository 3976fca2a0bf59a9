// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadGoalStatus } from "./ThreadGoalStatus";

/**
 * What a thread is to reach, and how far it has come.
 */
export type ThreadGoal = {
/**
 * The thread.
 */
threadId: string,
/**
 * What is to be reached.
 */
objective: string, status: ThreadGoalStatus,
/**
 * How many tokens it may cost; null for no limit.
 */
tokenBudget: number | null,
/**
 * How many tokens it has cost.
 */
tokensUsed: number,
/**
 * How long it was worked on, in seconds.
 */
timeUsedSeconds: number,
/**
 * When it was set, in seconds since 1970.
 */
createdAt: number,
/**
 * When it last changed, in seconds since 1970.
 */
updatedAt: number, };
