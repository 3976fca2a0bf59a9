// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SkillErrorInfo } from "./SkillErrorInfo";
import type { SkillMetadata } from "./SkillMetadata";

/**
 * The skills of a folder.
 */
export type SkillsListEntry = {
/**
 * The folder as it was asked for.
 */
cwd: string, skills: Array<SkillMetadata>,
/**
 * Skills that could not be read.
 */
errors: Array<SkillErrorInfo>, };
