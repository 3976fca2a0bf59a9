// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Who decided about an approval.
 */
export type AutoReviewDecisionSource = "agent";
