// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A part of what a client's tool answers.
 */
export type DynamicToolCallOutputContentItem = { "type": "inputText", text: string, } | { "type": "inputImage",
/**
 * Address of the image, usually a `data:` URL.
 */
imageUrl: string, };
