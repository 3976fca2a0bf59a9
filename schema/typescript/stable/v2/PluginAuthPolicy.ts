// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * When the apps of a plugin want a login.
 */
export type PluginAuthPolicy =
/**
 * When it is installed.
 */
"ON_INSTALL" |
/**
 * When it is used.
 */
"ON_USE";
