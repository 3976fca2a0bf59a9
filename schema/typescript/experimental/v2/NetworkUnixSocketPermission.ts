// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Whether a Unix socket may be used.
 */
export type NetworkUnixSocketPermission = "allow" | "none";
