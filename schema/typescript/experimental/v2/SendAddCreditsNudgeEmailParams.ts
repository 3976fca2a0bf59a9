// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AddCreditsNudgeCreditType } from "./AddCreditsNudgeCreditType";

/**
 * `account/sendAddCreditsNudgeEmail`: asks the workspace's owner by e-mail for more.
 */
export type SendAddCreditsNudgeEmailParams = {
/**
 * More of what.
 */
creditType: AddCreditsNudgeCreditType, };
