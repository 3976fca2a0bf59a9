// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `skills/changed`: what was told of skills may no longer be true.
 */
export type SkillsChangedNotification = Record<string, never>;
