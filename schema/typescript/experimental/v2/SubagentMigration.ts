// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A sub-agent that can be taken over.
 */
export type SubagentMigration = { name: string, };
