// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileUpdateChange } from "./FileUpdateChange";

/**
 * `item/fileChange/patchUpdated`: a patch that is being written has grown.
 */
export type FileChangePatchUpdatedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string,
/**
 * All changes so far.
 */
changes: Array<FileUpdateChange>, };
