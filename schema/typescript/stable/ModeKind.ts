// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Kinds of collaboration.
 */
export type ModeKind =
/**
 * A plan is made and nothing else done.
 */
"plan" |
/**
 * The agent does what it is told.
 */
"default";
