// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/commandExecution/outputDelta`: a command of the agent's printed something.
 */
export type CommandExecutionOutputDeltaNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string,
/**
 * What is to be added.
 */
delta: string, };
