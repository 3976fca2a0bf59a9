// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Who decides about approvals.
 */
export type ApprovalsReviewer =
/**
 * The user, by way of the client.
 */
"user" |
/**
 * A reviewing model; shown as `guardian_subagent`.
 */
"auto_review" |
/**
 * A reviewing model.
 */
"guardian_subagent";
