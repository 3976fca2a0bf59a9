// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SkillsListEntry } from "./SkillsListEntry";

/**
 * Result of `skills/list`.
 */
export type SkillsListResponse = {
/**
 * An entry per folder asked for, in that order.
 */
data: Array<SkillsListEntry>, };
