// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadId } from "./ThreadId";

/**
 * Which thread `getConversationSummary` is about. The id wins if both are given.
 */
export type GetConversationSummaryParams =
/**
 * The thread with this id.
 */
{
/**
 * The id.
 */
conversationId: ThreadId, } |
/**
 * The thread kept in this file.
 */
{
/**
 * The history file, relative to the home folder if it is not absolute.
 */
rolloutPath: string, };
