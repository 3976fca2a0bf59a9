// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TextPosition } from "./TextPosition";

/**
 * A part of a file.
 */
export type TextRange = { start: TextPosition,
/**
 * Where it ends.
 */
end: TextPosition, };
