// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a hook runs.
 */
export type HookHandlerType = "command" |
/**
 * A prompt for the model.
 */
"prompt" |
/**
 * An agent.
 */
"agent";
