// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `item/fileChange/requestApproval`: may these changes be made? The item tells them.
 */
export type FileChangeRequestApprovalParams = {
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
 * Why it is asked.
 */
reason: string | null,
/**
 * A folder in which changes need not be asked about again, if that is part of the question.
 */
grantRoot: string | null, };
