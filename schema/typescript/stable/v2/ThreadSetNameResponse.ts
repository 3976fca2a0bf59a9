// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/name/set`: nothing more to say.
 */
export type ThreadSetNameResponse = Record<string, never>;
