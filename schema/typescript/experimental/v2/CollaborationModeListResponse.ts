// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CollaborationModeMask } from "./CollaborationModeMask";

export type CollaborationModeListResponse = { data: Array<CollaborationModeMask>, };
