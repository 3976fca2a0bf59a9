// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A tool a skill needs.
 */
export type SkillToolDependency = {
/**
 * What kind of tool, such as `mcp`.
 */
type: string,
/**
 * Its name.
 */
value: string, description?: string,
/**
 * How it is reached, such as `stdio` or `streamable_http`.
 */
transport?: string,
/**
 * What starts it.
 */
command?: string,
/**
 * Where it is.
 */
url?: string, };
