// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpToolCallProgressNotification = { threadId: string, turnId: string, itemId: string, message: string, };
