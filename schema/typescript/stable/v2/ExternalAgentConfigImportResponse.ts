// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `externalAgentConfig/import`: nothing more to say.
 */
export type ExternalAgentConfigImportResponse = Record<string, never>;
