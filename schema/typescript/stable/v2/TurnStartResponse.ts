// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

/**
 * Result of `turn/start`.
 */
export type TurnStartResponse = {
/**
 * The turn, which has only begun.
 */
turn: Turn, };
