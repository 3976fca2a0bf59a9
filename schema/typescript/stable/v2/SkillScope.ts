// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Where a skill is from.
 */
export type SkillScope =
/**
 * The user's folders or plugins.
 */
"user" |
/**
 * The project.
 */
"repo" |
/**
 * It came with the program.
 */
"system" |
/**
 * The machine's administrator.
 */
"admin";
