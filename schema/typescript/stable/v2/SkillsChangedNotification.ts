// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SkillsChangedNotification = Record<string, never>;
