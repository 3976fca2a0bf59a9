// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SkillsConfigWriteResponse = { effectiveEnabled: boolean, };
