// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModelProviderCapabilitiesReadResponse = { namespaceTools: boolean, imageGeneration: boolean, webSearch: boolean, };
