// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeTranscriptDoneNotification = { threadId: string, role: string, text: string, };
