// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReviewDecision } from "./ReviewDecision";

/**
 * Answer to `applyPatchApproval`.
 */
export type ApplyPatchApprovalResponse = { decision: ReviewDecision, };
