// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SkillsListExtraRootsForCwd } from "./SkillsListExtraRootsForCwd";

/**
 * `skills/list`: lists the skills that count in some folders.
 */
export type SkillsListParams = {
/**
 * The folders; none for the server's own.
 */
cwds?: Array<string>,
/**
 * Whether to look at the disk even if it was done before.
 */
forceReload?: boolean,
/**
 * More places to look for skills, for one folder at a time.
 */
perCwdExtraUserRoots?: Array<SkillsListExtraRootsForCwd> | null, };
