// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AddCreditsNudgeEmailStatus } from "./AddCreditsNudgeEmailStatus";

/**
 * Result of `account/sendAddCreditsNudgeEmail`.
 */
export type SendAddCreditsNudgeEmailResponse = { status: AddCreditsNudgeEmailStatus, };
