// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a host may be used.
 */
export type NetworkDomainPermission = "allow" | "deny";
