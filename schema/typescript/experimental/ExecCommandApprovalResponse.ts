// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReviewDecision } from "./ReviewDecision";

/**
 * Answer to `execCommandApproval`.
 */
export type ExecCommandApprovalResponse = { decision: ReviewDecision, };
