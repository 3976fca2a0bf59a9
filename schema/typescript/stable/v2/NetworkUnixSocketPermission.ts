// GENERATED CODE! DO NOT MODIFY BY HAND!

export type NetworkUnixSocketPermission = "allow" | "none";
