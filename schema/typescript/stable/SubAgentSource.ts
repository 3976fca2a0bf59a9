// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AgentPath } from "./AgentPath";
import type { ThreadId } from "./ThreadId";

/**
 * Why a thread started another.
 */
export type SubAgentSource =
/**
 * To review changes.
 */
"review" |
/**
 * To summarize a conversation.
 */
"compact" |
/**
 * Because the model wanted an agent for a task.
 */
{ "thread_spawn": {
/**
 * The thread whose model wanted it.
 */
parent_thread_id: ThreadId,
/**
 * How many threads stand between it and the user's, itself counted.
 */
depth: number,
/**
 * Where it stands in the tree of agents.
 */
agent_path: AgentPath | null,
/**
 * A name to tell it by.
 */
agent_nickname: string | null,
/**
 * The role it was given.
 */
agent_role: string | null, } } |
/**
 * To sort what is remembered.
 */
"memory_consolidation" |
/**
 * For the reason named.
 */
{ "other": string };
