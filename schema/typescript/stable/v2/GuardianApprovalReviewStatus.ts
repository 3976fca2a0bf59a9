// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How a review stands.
 */
export type GuardianApprovalReviewStatus = "inProgress" | "approved" | "denied" |
/**
 * Nobody decided in time; it is refused.
 */
"timedOut" |
/**
 * The turn ended before.
 */
"aborted";
