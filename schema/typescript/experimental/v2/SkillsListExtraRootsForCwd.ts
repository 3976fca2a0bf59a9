// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SkillsListExtraRootsForCwd = { cwd: string, extraUserRoots: Array<string>, };
