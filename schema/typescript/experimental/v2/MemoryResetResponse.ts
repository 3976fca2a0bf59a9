// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `memory/reset`, which forgets all memories. Experimental.
 */
export type MemoryResetResponse = Record<string, never>;
