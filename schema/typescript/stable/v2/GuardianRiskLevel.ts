// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How dangerous something is.
 */
export type GuardianRiskLevel = "low" | "medium" | "high" | "critical";
