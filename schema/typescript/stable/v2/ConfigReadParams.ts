// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `config/read`: asks for the configuration in force.
 */
export type ConfigReadParams = {
/**
 * Whether to tell the layers it is made of.
 */
includeLayers?: boolean,
/**
 * A folder whose project's settings are to count; none unless said.
 */
cwd?: string | null, };
