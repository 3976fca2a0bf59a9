// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How much a model says.
 */
export type Verbosity = "low" | "medium" | "high";
