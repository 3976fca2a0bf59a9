// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/agentMessage/delta`: more of what the agent says.
 */
export type AgentMessageDeltaNotification = {
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
