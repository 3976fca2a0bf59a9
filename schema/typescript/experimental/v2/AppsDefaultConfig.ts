// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What holds for apps that are not named.
 */
export type AppsDefaultConfig = {
/**
 * Whether they may be used.
 */
enabled: boolean,
/**
 * Whether their tools that destroy something may be used.
 */
destructive_enabled: boolean,
/**
 * Whether their tools that reach beyond the service may be used.
 */
open_world_enabled: boolean, };
