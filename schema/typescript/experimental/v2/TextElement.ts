// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ByteRange } from "./ByteRange";

/**
 * A part of a text the client shows in a way of its own.
 */
export type TextElement = {
/**
 * The part.
 */
byteRange: ByteRange,
/**
 * What is shown in its place.
 */
placeholder: string | null, };
