// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

/**
 * `turn/completed`: a turn has ended.
 */
export type TurnCompletedNotification = {
/**
 * The thread.
 */
threadId: string, turn: Turn, };
