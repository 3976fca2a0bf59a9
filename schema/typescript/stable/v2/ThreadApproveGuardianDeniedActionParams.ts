// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * `thread/approveGuardianDeniedAction`: allows once what the automatic review refused.
 */
export type ThreadApproveGuardianDeniedActionParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The refusal, as it was told.
 */
event: JsonValue, };
