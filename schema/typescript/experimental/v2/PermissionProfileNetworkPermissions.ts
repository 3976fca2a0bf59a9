// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether the network may be used.
 */
export type PermissionProfileNetworkPermissions = { enabled: boolean, };
