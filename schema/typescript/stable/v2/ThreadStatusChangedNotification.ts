// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadStatus } from "./ThreadStatus";

/**
 * `thread/status/changed`: a thread does something else now.
 */
export type ThreadStatusChangedNotification = {
/**
 * The thread.
 */
threadId: string, status: ThreadStatus, };
