// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a model's thoughts are summarized.
 */
export type ReasoningSummary = "auto" | "concise" | "detailed" |
/**
 * Not at all.
 */
"none";
