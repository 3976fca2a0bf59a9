// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerOauthLoginParams = { name: string, scopes?: Array<string> | null, timeoutSecs?: number | null, };
