// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AppsDefaultConfig = { enabled: boolean, destructive_enabled: boolean, open_world_enabled: boolean, };
