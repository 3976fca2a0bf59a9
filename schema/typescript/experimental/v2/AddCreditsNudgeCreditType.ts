// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What the workspace's owner is asked for.
 */
export type AddCreditsNudgeCreditType = "credits" | "usage_limit";
