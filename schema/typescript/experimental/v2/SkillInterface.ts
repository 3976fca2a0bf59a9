// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * How to show a skill.
 */
export type SkillInterface = { displayName: string | null, shortDescription: string | null,
/**
 * A small image file.
 */
iconSmall: AbsolutePathBuf | null,
/**
 * A large image file.
 */
iconLarge: AbsolutePathBuf | null,
/**
 * A color as `#RRGGBB`.
 */
brandColor: string | null,
/**
 * What the user may begin with.
 */
defaultPrompt: string | null, };
