// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadGoalStatus = "active" | "paused" | "budgetLimited" | "complete";
