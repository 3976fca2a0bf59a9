// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TurnError } from "./TurnError";

/**
 * `error`: something went wrong in a turn.
 */
export type ErrorNotification = { error: TurnError,
/**
 * Whether it is tried again; if not, the turn fails.
 */
willRetry: boolean,
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string, };
