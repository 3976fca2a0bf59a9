// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExternalAgentConfigImportCompletedNotification = Record<string, never>;
