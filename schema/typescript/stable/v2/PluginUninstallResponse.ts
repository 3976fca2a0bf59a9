// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PluginUninstallResponse = Record<string, never>;
