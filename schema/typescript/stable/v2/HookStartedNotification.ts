// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HookRunSummary } from "./HookRunSummary";

/**
 * `hook/started`: a hook runs.
 */
export type HookStartedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn it runs for, if it does.
 */
turnId: string | null, run: HookRunSummary, };
