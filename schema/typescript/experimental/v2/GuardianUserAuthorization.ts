// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How sure it is that the user wants something.
 */
export type GuardianUserAuthorization = "unknown" | "low" | "medium" | "high";
