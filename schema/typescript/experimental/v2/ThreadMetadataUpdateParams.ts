// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadMetadataGitInfoUpdateParams } from "./ThreadMetadataGitInfoUpdateParams";

/**
 * `thread/metadata/update`: corrects what is known of a thread's git repository.
 */
export type ThreadMetadataUpdateParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * What to change; at least one member.
 */
gitInfo?: ThreadMetadataGitInfoUpdateParams | null, };
