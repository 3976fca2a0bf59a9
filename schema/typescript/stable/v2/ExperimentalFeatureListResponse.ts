// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExperimentalFeature } from "./ExperimentalFeature";

export type ExperimentalFeatureListResponse = { data: Array<ExperimentalFeature>, nextCursor: string | null, };
