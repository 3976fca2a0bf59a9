// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `externalAgentConfig/import/completed`: all that was to be taken over is.
 */
export type ExternalAgentConfigImportCompletedNotification = Record<string, never>;
