// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * `skills/config/write`: switches a skill on or off. Exactly one of `path` and `name` says
 * which.
 */
export type SkillsConfigWriteParams = {
/**
 * Its `SKILL.md`.
 */
path?: AbsolutePathBuf | null,
/**
 * Its name; all skills of that name.
 */
name?: string | null, enabled: boolean, };
