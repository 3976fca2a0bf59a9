// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a patch fares.
 */
export type PatchApplyStatus = "inProgress" | "completed" | "failed" |
/**
 * It was not allowed to be applied.
 */
"declined";
