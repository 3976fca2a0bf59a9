// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How much of what is found on the web the model is given.
 */
export type WebSearchContextSize = "low" | "medium" | "high";
