// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReviewDelivery } from "./ReviewDelivery";
import type { ReviewTarget } from "./ReviewTarget";

/**
 * `review/start`: has the agent review changes, as a turn.
 */
export type ReviewStartParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * Which changes.
 */
target: ReviewTarget,
/**
 * Where. Default in the thread itself.
 */
delivery?: ReviewDelivery | null, };
