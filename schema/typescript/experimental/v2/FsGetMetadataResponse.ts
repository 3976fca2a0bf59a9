// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `fs/getMetadata`. Kind and times are those of a link's target.
 */
export type FsGetMetadataResponse = { isDirectory: boolean, isFile: boolean,
/**
 * Whether the path itself is a symbolic link.
 */
isSymlink: boolean,
/**
 * When it was made, in milliseconds since 1970; 0 if the system does not tell.
 */
createdAtMs: number,
/**
 * When it last changed, in milliseconds since 1970; 0 if the system does not tell.
 */
modifiedAtMs: number, };
