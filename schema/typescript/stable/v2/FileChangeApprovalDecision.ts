// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * An answer to whether changes may be made.
 */
export type FileChangeApprovalDecision =
/**
 * They may.
 */
"accept" |
/**
 * They may, and changes of the same files need not be asked about again in this session.
 */
"acceptForSession" |
/**
 * They may not; the turn goes on.
 */
"decline" |
/**
 * They may not, and the turn ends.
 */
"cancel";
