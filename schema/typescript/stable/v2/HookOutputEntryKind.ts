// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a hook says.
 */
export type HookOutputEntryKind =
/**
 * To the user.
 */
"warning" |
/**
 * That the agent is to stop.
 */
"stop" |
/**
 * To the model, about what it did.
 */
"feedback" |
/**
 * To the model, for its work.
 */
"context" | "error";
