// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileChange } from "./FileChange";
import type { ThreadId } from "./ThreadId";

/**
 * `applyPatchApproval`: may these changes be made? Of the first protocol version.
 */
export type ApplyPatchApprovalParams = { conversationId: ThreadId,
/**
 * The patch's item.
 */
callId: string,
/**
 * The changes, by the files' paths.
 */
fileChanges: { [key in string]?: FileChange }, reason: string | null,
/**
 * A folder in which changes need not be asked about again.
 */
grantRoot: string | null, };
