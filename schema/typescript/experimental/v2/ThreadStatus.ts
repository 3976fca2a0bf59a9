// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadActiveFlag } from "./ThreadActiveFlag";

/**
 * What a thread is doing.
 */
export type ThreadStatus =
/**
 * It is stored, and nobody uses it.
 */
{ "type": "notLoaded" } |
/**
 * It waits for the user.
 */
{ "type": "idle" } |
/**
 * Its last turn failed; it waits for the user.
 */
{ "type": "systemError" } |
/**
 * A turn runs.
 */
{ "type": "active",
/**
 * What the turn waits for; empty while it works.
 */
activeFlags: Array<ThreadActiveFlag>, };
