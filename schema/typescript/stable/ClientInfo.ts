// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ClientInfo = { name: string, title?: string | null, version: string, };
