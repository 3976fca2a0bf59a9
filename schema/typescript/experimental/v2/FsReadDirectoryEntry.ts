// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Something in a folder. Its kind is that of a link's target.
 */
export type FsReadDirectoryEntry = {
/**
 * Its name without the folder.
 */
fileName: string, isDirectory: boolean, isFile: boolean, };
