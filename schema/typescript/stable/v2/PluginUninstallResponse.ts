// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `plugin/uninstall`: nothing more to say.
 */
export type PluginUninstallResponse = Record<string, never>;
