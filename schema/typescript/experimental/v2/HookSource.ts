// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Where a hook is configured.
 */
export type HookSource = "system" | "user" | "project" |
/**
 * In settings the device management prescribes.
 */
"mdm" |
/**
 * On the command line or by the client.
 */
"sessionFlags" | "plugin" |
/**
 * In what the workspace prescribes.
 */
"cloudRequirements" |
/**
 * In the older file of the administrator.
 */
"legacyManagedConfigFile" |
/**
 * In the older settings of the device management.
 */
"legacyManagedConfigMdm" | "unknown";
