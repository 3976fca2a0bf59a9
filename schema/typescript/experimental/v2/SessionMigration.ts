// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A conversation that can be taken over.
 */
export type SessionMigration = {
/**
 * Its file.
 */
path: string,
/**
 * The working directory it was held in.
 */
cwd: string, title: string | null, };
