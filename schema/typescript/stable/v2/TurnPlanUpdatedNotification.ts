// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TurnPlanStep } from "./TurnPlanStep";

/**
 * `turn/plan/updated`: the agent has a new list of steps.
 */
export type TurnPlanUpdatedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * Why it changed.
 */
explanation: string | null,
/**
 * The steps.
 */
plan: Array<TurnPlanStep>, };
