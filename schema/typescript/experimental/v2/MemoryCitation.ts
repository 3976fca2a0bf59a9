// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { MemoryCitationEntry } from "./MemoryCitationEntry";

/**
 * Memories an answer rests on.
 */
export type MemoryCitation = {
/**
 * Places in memory files.
 */
entries: Array<MemoryCitationEntry>,
/**
 * Threads the memories are from.
 */
threadIds: Array<string>, };
