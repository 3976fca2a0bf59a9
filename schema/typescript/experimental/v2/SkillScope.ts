// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SkillScope = "user" | "repo" | "system" | "admin";
