// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExperimentalFeatureListParams = { cursor?: string | null, limit?: number | null, };
