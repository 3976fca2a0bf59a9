// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HookRunSummary } from "./HookRunSummary";

/**
 * `hook/completed`: a hook has run.
 */
export type HookCompletedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn it ran for, if it did.
 */
turnId: string | null, run: HookRunSummary, };
