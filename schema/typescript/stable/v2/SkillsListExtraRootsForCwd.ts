// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * More places to look for skills, for one folder.
 */
export type SkillsListExtraRootsForCwd = {
/**
 * The folder; it must be among those asked for.
 */
cwd: string,
/**
 * The places, absolute.
 */
extraUserRoots: Array<string>, };
