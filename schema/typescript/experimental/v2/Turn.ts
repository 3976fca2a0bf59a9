// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadItem } from "./ThreadItem";
import type { TurnError } from "./TurnError";
import type { TurnStatus } from "./TurnStatus";

/**
 * One exchange: the user's input and all the agent does about it.
 */
export type Turn = {
/**
 * A UUID.
 */
id: string,
/**
 * What happened in it, where the method says so; otherwise empty.
 */
items: Array<ThreadItem>,
/**
 * How it ended, if it has.
 */
status: TurnStatus,
/**
 * Why it failed, if it did.
 */
error: TurnError | null,
/**
 * When it started, in seconds since 1970.
 */
startedAt: number | null,
/**
 * When it ended, in seconds since 1970.
 */
completedAt: number | null,
/**
 * How long it took, in milliseconds.
 */
durationMs: number | null, };
