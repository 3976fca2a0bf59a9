// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a command may use the network beyond its sandbox.
 */
export type AdditionalNetworkPermissions = { enabled: boolean | null, };
