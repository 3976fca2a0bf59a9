// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadMemoryMode = "enabled" | "disabled";
