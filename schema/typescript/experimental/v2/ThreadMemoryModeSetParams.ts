// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadMemoryMode } from "../ThreadMemoryMode";

/**
 * `thread/memoryMode/set`: says whether memories are made of a thread. Experimental.
 */
export type ThreadMemoryModeSetParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * Whether they are.
 */
mode: ThreadMemoryMode, };
