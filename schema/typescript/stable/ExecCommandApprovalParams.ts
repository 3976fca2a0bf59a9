// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ParsedCommand } from "./ParsedCommand";
import type { ThreadId } from "./ThreadId";

/**
 * `execCommandApproval`: may this command run? Of the first protocol version.
 */
export type ExecCommandApprovalParams = { conversationId: ThreadId,
/**
 * The command's item.
 */
callId: string,
/**
 * Tells several requests for one item apart.
 */
approvalId: string | null,
/**
 * Program and arguments.
 */
command: Array<string>, cwd: string, reason: string | null,
/**
 * What it does, as far as that can be told from its text.
 */
parsedCmd: Array<ParsedCommand>, };
