// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileChangeApprovalDecision } from "./FileChangeApprovalDecision";

/**
 * Answer to `item/fileChange/requestApproval`.
 */
export type FileChangeRequestApprovalResponse = { decision: FileChangeApprovalDecision, };
