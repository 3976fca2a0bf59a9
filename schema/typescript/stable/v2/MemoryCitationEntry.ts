// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A place in a memory file.
 */
export type MemoryCitationEntry = {
/**
 * The file, relative to the folder of memories.
 */
path: string,
/**
 * Its first line, counted from 1.
 */
lineStart: number,
/**
 * Its last line.
 */
lineEnd: number,
/**
 * What was found there.
 */
note: string, };
