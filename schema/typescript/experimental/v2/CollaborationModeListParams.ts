// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CollaborationModeListParams = Record<string, never>;
