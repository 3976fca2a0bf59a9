// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExperimentalFeatureEnablementSetResponse = { enablement: { [key in string]?: boolean }, };
