// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReviewDecision } from "./ReviewDecision";

export type ApplyPatchApprovalResponse = { decision: ReviewDecision, };
