// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Plugins of a marketplace that can be taken over.
 */
export type PluginsMigration = { marketplaceName: string, pluginNames: Array<string>, };
