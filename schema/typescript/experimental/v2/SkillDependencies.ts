// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SkillToolDependency } from "./SkillToolDependency";

export type SkillDependencies = { tools: Array<SkillToolDependency>, };
