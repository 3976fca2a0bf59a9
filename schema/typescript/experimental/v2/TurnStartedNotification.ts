// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

/**
 * `turn/started`: a turn has begun.
 */
export type TurnStartedNotification = {
/**
 * The thread.
 */
threadId: string, turn: Turn, };
