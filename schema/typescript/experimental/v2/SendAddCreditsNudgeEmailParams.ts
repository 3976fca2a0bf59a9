// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AddCreditsNudgeCreditType } from "./AddCreditsNudgeCreditType";

export type SendAddCreditsNudgeEmailParams = { creditType: AddCreditsNudgeCreditType, };
