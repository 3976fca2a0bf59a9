// GENERATED CODE! DO NOT MODIFY BY HAND!

export type InitializeCapabilities = { experimentalApi?: boolean, optOutNotificationMethods?: Array<string> | null, };
