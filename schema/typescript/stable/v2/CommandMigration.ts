// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A command that can be taken over.
 */
export type CommandMigration = { name: string, };
