// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeConversationVersion } from "../RealtimeConversationVersion";

/**
 * `thread/realtime/started`: a spoken conversation has begun. Experimental.
 */
export type ThreadRealtimeStartedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The service's name for it.
 */
sessionId: string | null,
/**
 * The service's version.
 */
version: RealtimeConversationVersion, };
