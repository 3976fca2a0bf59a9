// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CollabAgentStatus } from "./CollabAgentStatus";

/**
 * How an agent is.
 */
export type CollabAgentState = { status: CollabAgentStatus,
/**
 * What it said last, or why it failed.
 */
message: string | null, };
