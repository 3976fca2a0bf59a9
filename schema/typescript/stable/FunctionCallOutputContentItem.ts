// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ImageDetail } from "./ImageDetail";

/**
 * A part of what a tool yielded.
 */
export type FunctionCallOutputContentItem =
/**
 * A text.
 */
{ "type": "input_text",
/**
 * The text.
 */
text: string, } |
/**
 * An image.
 */
{ "type": "input_image",
/**
 * Address of the image, usually a `data:` one.
 */
image_url: string,
/**
 * How closely the model should look.
 */
detail?: ImageDetail, };
