// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `thread/compact/start`: nothing more to say.
 */
export type ThreadCompactStartResponse = Record<string, never>;
