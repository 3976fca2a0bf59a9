// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Thread } from "./Thread";

/**
 * `thread/started`: there is a new thread.
 */
export type ThreadStartedNotification = { thread: Thread, };
