// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AppsListParams = { cursor?: string | null, limit?: number | null, threadId?: string | null, forceRefetch?: boolean, };
