// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ApprovalsReviewer = "user" | "auto_review" | "guardian_subagent";
