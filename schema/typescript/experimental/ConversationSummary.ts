// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConversationGitInfo } from "./ConversationGitInfo";
import type { SessionSource } from "./SessionSource";
import type { ThreadId } from "./ThreadId";

/**
 * What is known of a thread without reading its turns.
 */
export type ConversationSummary = {
/**
 * The thread's id.
 */
conversationId: ThreadId,
/**
 * Its history file.
 */
path: string,
/**
 * The beginning of its first user message.
 */
preview: string,
/**
 * When it was created, RFC 3339.
 */
timestamp: string | null,
/**
 * When it was last written to, RFC 3339.
 */
updatedAt: string | null,
/**
 * The model provider it was started with.
 */
modelProvider: string,
/**
 * The working directory it was started in.
 */
cwd: string,
/**
 * The version of the program that started it.
 */
cliVersion: string,
/**
 * What started it.
 */
source: SessionSource,
/**
 * The state of the git repository it was started in.
 */
gitInfo: ConversationGitInfo | null, };
