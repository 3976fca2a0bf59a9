// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsRemoveResponse = Record<string, never>;
