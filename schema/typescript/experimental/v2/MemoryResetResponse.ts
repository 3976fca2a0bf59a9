// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MemoryResetResponse = Record<string, never>;
