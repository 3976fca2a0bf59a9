// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { SkillInterface } from "./SkillInterface";

/**
 * A skill a plugin brings.
 */
export type SkillSummary = { name: string, description: string, shortDescription: string | null, interface: SkillInterface | null,
/**
 * Its `SKILL.md`; null while the plugin is not installed.
 */
path: AbsolutePathBuf | null,
/**
 * Whether it may be used.
 */
enabled: boolean, };
