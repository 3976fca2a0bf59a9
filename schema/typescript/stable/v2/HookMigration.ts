// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A hook that can be taken over.
 */
export type HookMigration = { name: string, };
