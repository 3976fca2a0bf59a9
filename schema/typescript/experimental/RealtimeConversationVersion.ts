// GENERATED CODE! DO NOT MODIFY BY HAND!

export type RealtimeConversationVersion = "v1" | "v2";
