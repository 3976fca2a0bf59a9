// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A skill that could not be read.
 */
export type SkillErrorInfo = {
/**
 * Its `SKILL.md`.
 */
path: string,
/**
 * Why.
 */
message: string, };
