// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MemoryCitationEntry = { path: string, lineStart: number, lineEnd: number, note: string, };
