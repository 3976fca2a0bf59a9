// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How long a hook's effect lasts.
 */
export type HookScope = "thread" | "turn";
