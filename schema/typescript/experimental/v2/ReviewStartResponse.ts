// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

/**
 * Result of `review/start`.
 */
export type ReviewStartResponse = {
/**
 * The turn, which has only begun.
 */
turn: Turn,
/**
 * The thread it takes place in.
 */
reviewThreadId: string, };
