// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadBackgroundTerminalsCleanResponse = Record<string, never>;
