// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookMigration = { name: string, };
