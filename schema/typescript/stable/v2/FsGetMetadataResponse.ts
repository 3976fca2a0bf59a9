// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsGetMetadataResponse = { isDirectory: boolean, isFile: boolean, isSymlink: boolean, createdAtMs: number, modifiedAtMs: number, };
