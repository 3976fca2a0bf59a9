// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadStatus } from "./ThreadStatus";

export type ThreadStatusChangedNotification = { threadId: string, status: ThreadStatus, };
