// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `skills/config/write`.
 */
export type SkillsConfigWriteResponse = {
/**
 * What was asked for.
 */
effectiveEnabled: boolean, };
