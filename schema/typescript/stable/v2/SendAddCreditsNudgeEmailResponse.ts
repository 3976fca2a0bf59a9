// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AddCreditsNudgeEmailStatus } from "./AddCreditsNudgeEmailStatus";

export type SendAddCreditsNudgeEmailResponse = { status: AddCreditsNudgeEmailStatus, };
