// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AgentPath } from "./AgentPath";
import type { ThreadId } from "./ThreadId";

export type SubAgentSource = "review" | "compact" | { "thread_spawn": { parent_thread_id: ThreadId, depth: number, agent_path: AgentPath | null, agent_nickname: string | null, agent_role: string | null, } } | "memory_consolidation" | { "other": string };
