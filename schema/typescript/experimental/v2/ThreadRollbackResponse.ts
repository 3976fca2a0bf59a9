// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Thread } from "./Thread";

/**
 * Result of `thread/rollback`.
 */
export type ThreadRollbackResponse = {
/**
 * The thread with the turns that are left.
 */
thread: Thread, };
