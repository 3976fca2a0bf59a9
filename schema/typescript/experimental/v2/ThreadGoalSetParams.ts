// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadGoalStatus } from "./ThreadGoalStatus";

/**
 * `thread/goal/set`: sets or changes what a thread is to reach. Experimental.
 */
export type ThreadGoalSetParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * What is to be reached; absent to keep it.
 */
objective?: string | null,
/**
 * Whether it is worked on; absent to keep it.
 */
status?: ThreadGoalStatus | null,
/**
 * How many tokens it may cost. Null for no limit, absent to keep it.
 */
tokenBudget?: number | null, };
