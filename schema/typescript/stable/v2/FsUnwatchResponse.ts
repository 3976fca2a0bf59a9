// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsUnwatchResponse = Record<string, never>;
