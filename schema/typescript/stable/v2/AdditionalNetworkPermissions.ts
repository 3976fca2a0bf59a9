// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AdditionalNetworkPermissions = { enabled: boolean | null, };
