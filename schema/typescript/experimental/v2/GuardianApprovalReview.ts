// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { GuardianApprovalReviewStatus } from "./GuardianApprovalReviewStatus";
import type { GuardianRiskLevel } from "./GuardianRiskLevel";
import type { GuardianUserAuthorization } from "./GuardianUserAuthorization";

/**
 * How a review stands.
 */
export type GuardianApprovalReview = { status: GuardianApprovalReviewStatus,
/**
 * How dangerous it is.
 */
riskLevel: GuardianRiskLevel | null,
/**
 * How sure it is that the user wants it.
 */
userAuthorization: GuardianUserAuthorization | null,
/**
 * Why it was decided so.
 */
rationale: string | null, };
