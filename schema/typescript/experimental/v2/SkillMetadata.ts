// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { SkillDependencies } from "./SkillDependencies";
import type { SkillInterface } from "./SkillInterface";
import type { SkillScope } from "./SkillScope";

/**
 * A skill: instructions for the model, kept in a file.
 */
export type SkillMetadata = {
/**
 * What it is called by; those of a plugin as `plugin:name`.
 */
name: string,
/**
 * What it is for; the model decides by it whether to use it.
 */
description: string,
/**
 * The same in a few words, for lists.
 */
shortDescription?: string,
/**
 * How to show it.
 */
interface?: SkillInterface,
/**
 * What it needs.
 */
dependencies?: SkillDependencies,
/**
 * Its `SKILL.md`.
 */
path: AbsolutePathBuf,
/**
 * Where it is from.
 */
scope: SkillScope,
/**
 * Whether it may be used.
 */
enabled: boolean, };
