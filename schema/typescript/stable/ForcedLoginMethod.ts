// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The only way to log in.
 */
export type ForcedLoginMethod = "chatgpt" | "api";
