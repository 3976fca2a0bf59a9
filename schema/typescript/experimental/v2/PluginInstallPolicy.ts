// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a plugin can be installed.
 */
export type PluginInstallPolicy = "NOT_AVAILABLE" | "AVAILABLE" |
/**
 * It can, and is from the start.
 */
"INSTALLED_BY_DEFAULT";
