// GENERATED CODE! DO NOT MODIFY BY HAND!

export type NetworkAccess = "restricted" | "enabled";
