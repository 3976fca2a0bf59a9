// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConversationSummary } from "./ConversationSummary";

/**
 * Result of `getConversationSummary`.
 */
export type GetConversationSummaryResponse = {
/**
 * What is known of the thread.
 */
summary: ConversationSummary, };
