// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AutoReviewDecisionSource } from "./AutoReviewDecisionSource";
import type { GuardianApprovalReview } from "./GuardianApprovalReview";
import type { GuardianApprovalReviewAction } from "./GuardianApprovalReviewAction";

/**
 * `item/autoApprovalReview/completed`: a model has decided in the user's place.
 */
export type ItemGuardianApprovalReviewCompletedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * Tells the review from others.
 */
reviewId: string,
/**
 * The item that was reviewed, if there is one.
 */
targetItemId: string | null,
/**
 * Who decided.
 */
decisionSource: AutoReviewDecisionSource, review: GuardianApprovalReview,
/**
 * What would be done.
 */
action: GuardianApprovalReviewAction, };
