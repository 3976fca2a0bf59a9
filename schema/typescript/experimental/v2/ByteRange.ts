// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ByteRange = { start: number, end: number, };
