// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether the agent waits for a hook.
 */
export type HookExecutionMode = "sync" | "async";
