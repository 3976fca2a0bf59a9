// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadTokenUsage } from "./ThreadTokenUsage";

/**
 * `thread/tokenUsage/updated`: the model answered, or a thread was opened.
 */
export type ThreadTokenUsageUpdatedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn it belongs to; empty if that is not known.
 */
turnId: string, tokenUsage: ThreadTokenUsage, };
