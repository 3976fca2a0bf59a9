// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type SkillInterface = { displayName: string | null, shortDescription: string | null, iconSmall: AbsolutePathBuf | null, iconLarge: AbsolutePathBuf | null, brandColor: string | null, defaultPrompt: string | null, };
