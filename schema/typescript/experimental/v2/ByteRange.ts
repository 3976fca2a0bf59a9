// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A part of a text, in bytes of its UTF-8 form.
 */
export type ByteRange = {
/**
 * The first byte.
 */
start: number,
/**
 * The byte after the last.
 */
end: number, };
