// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerOauthLoginCompletedNotification = { name: string, success: boolean, error?: string, };
