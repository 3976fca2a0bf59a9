// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsUnwatchParams = { watchId: string, };
