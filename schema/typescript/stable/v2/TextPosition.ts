// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A place in a file.
 */
export type TextPosition = {
/**
 * The line, counted from 1.
 */
line: number,
/**
 * The character in the line, counted from 1.
 */
column: number, };
