// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GuardianApprovalReviewStatus = "inProgress" | "approved" | "denied" | "timedOut" | "aborted";
