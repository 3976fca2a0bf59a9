// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { GuardianApprovalReview } from "./GuardianApprovalReview";
import type { GuardianApprovalReviewAction } from "./GuardianApprovalReviewAction";

export type ItemGuardianApprovalReviewStartedNotification = { threadId: string, turnId: string, reviewId: string, targetItemId: string | null, review: GuardianApprovalReview, action: GuardianApprovalReviewAction, };
