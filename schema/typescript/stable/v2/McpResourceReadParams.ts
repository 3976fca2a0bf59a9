// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpResourceReadParams = { threadId?: string | null, server: string, uri: string, };
