// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `modelProvider/capabilities/read`: asks what the configured model provider can do.
 */
export type ModelProviderCapabilitiesReadParams = Record<string, never>;
