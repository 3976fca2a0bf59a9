// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerMigration = { name: string, };
