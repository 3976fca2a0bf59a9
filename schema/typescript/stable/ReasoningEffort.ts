// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How long a model thinks before it answers.
 */
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
