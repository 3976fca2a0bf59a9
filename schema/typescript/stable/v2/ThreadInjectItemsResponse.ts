// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/inject_items`: nothing more to say.
 */
export type ThreadInjectItemsResponse = Record<string, never>;
