// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `plugin/uninstall`: removes a plugin.
 */
export type PluginUninstallParams = {
/**
 * `PLUGIN@MARKETPLACE`.
 */
pluginId: string, };
