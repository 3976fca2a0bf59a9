// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ImageDetail } from "./ImageDetail";

/**
 * A part of a message.
 */
export type ContentItem =
/**
 * Text for the model.
 */
{ "type": "input_text",
/**
 * The text.
 */
text: string, } |
/**
 * An image for the model.
 */
{ "type": "input_image",
/**
 * Address of the image, usually a `data:` one.
 */
image_url: string,
/**
 * How closely the model should look.
 */
detail?: ImageDetail, } |
/**
 * Text of the model.
 */
{ "type": "output_text",
/**
 * The text.
 */
text: string, };
