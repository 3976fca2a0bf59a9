// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HookRunSummary } from "./HookRunSummary";

export type HookCompletedNotification = { threadId: string, turnId: string | null, run: HookRunSummary, };
