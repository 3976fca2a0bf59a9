// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SkillToolDependency = { type: string, value: string, description?: string, transport?: string, command?: string, url?: string, };
