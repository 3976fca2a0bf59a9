// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `collaborationMode/list`: lists the presets there are. Experimental.
 */
export type CollaborationModeListParams = Record<string, never>;
