// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeConversationVersion } from "../RealtimeConversationVersion";

export type ThreadRealtimeStartedNotification = { threadId: string, sessionId: string | null, version: RealtimeConversationVersion, };
