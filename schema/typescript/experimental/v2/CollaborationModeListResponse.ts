// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CollaborationModeMask } from "./CollaborationModeMask";

/**
 * Result of `collaborationMode/list`.
 */
export type CollaborationModeListResponse = { data: Array<CollaborationModeMask>, };
