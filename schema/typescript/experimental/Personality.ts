// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The tone of the model's answers.
 */
export type Personality =
/**
 * The model's own.
 */
"none" | "friendly" | "pragmatic";
