// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadLoadedListParams = { cursor?: string | null, limit?: number | null, };
