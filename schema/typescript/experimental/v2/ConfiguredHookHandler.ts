// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a hook runs.
 */
export type ConfiguredHookHandler =
/**
 * A command.
 */
{ "type": "command", command: string,
/**
 * When it is given up, in seconds.
 */
timeoutSec: number | null,
/**
 * Whether the agent goes on while it runs.
 */
async: boolean,
/**
 * What is shown while it runs.
 */
statusMessage: string | null, } |
/**
 * A prompt for the model.
 */
{ "type": "prompt" } |
/**
 * An agent.
 */
{ "type": "agent" };
