// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { GuardianApprovalReview } from "./GuardianApprovalReview";
import type { GuardianApprovalReviewAction } from "./GuardianApprovalReviewAction";

/**
 * `item/autoApprovalReview/started`: a model reviews something in the user's place.
 */
export type ItemGuardianApprovalReviewStartedNotification = {
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
 * The item that is reviewed, if there is one.
 */
targetItemId: string | null, review: GuardianApprovalReview,
/**
 * What would be done.
 */
action: GuardianApprovalReviewAction, };
