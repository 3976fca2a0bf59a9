// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a step fares.
 */
export type TurnPlanStepStatus = "pending" | "inProgress" | "completed";
