// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/commandExecution/terminalInteraction`: the agent typed something into a process.
 */
export type TerminalInteractionNotification = {
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
 * The client's name for the process.
 */
processId: string, stdin: string, };
