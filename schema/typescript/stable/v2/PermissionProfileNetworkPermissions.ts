// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PermissionProfileNetworkPermissions = { enabled: boolean, };
