// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `turn/interrupt`: stops the running turn. The reply comes when it has ended.
 */
export type TurnInterruptParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The running turn; empty stops the start of a thread.
 */
turnId: string, };
