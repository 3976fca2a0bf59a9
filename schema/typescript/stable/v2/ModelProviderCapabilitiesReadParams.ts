// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModelProviderCapabilitiesReadParams = Record<string, never>;
