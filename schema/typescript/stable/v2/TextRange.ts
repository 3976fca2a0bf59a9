// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TextPosition } from "./TextPosition";

/**
 * A part of a file.
 */
export type TextRange = { start: TextPosition,
/**
 * The place after it.
 */
end: TextPosition, };
