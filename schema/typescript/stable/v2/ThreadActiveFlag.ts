// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a running turn waits for.
 */
export type ThreadActiveFlag =
/**
 * An answer to a request for leave.
 */
"waitingOnApproval" |
/**
 * An answer to a question.
 */
"waitingOnUserInput";
