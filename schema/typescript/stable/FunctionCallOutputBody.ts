// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FunctionCallOutputContentItem } from "./FunctionCallOutputContentItem";

/**
 * What a tool yielded: a text, or texts and images.
 */
export type FunctionCallOutputBody =
/**
 * A text.
 */
string |
/**
 * Texts and images.
 */
Array<FunctionCallOutputContentItem>;
