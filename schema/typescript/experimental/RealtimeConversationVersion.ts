// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A version of the service for spoken conversations.
 */
export type RealtimeConversationVersion = "v1" | "v2";
