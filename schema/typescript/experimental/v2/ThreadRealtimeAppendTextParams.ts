// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeAppendTextParams = { threadId: string, text: string, };
