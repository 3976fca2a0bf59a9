// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TextElement } from "./TextElement";

/**
 * A part of what the user says.
 */
export type UserInput =
/**
 * A text.
 */
{ "type": "text", text: string,
/**
 * Parts of the text the client shows in a way of its own. Kept, never sent to the model.
 */
text_elements: Array<TextElement>, } |
/**
 * An image from the net.
 */
{ "type": "image",
/**
 * Its address, or a `data:` URL.
 */
url: string, } |
/**
 * An image file on the server's machine.
 */
{ "type": "localImage", path: string, } |
/**
 * A skill, whose instructions are added to the input.
 */
{ "type": "skill", name: string,
/**
 * Its `SKILL.md`.
 */
path: string, } |
/**
 * Something the user points at.
 */
{ "type": "mention", name: string,
/**
 * Where it is: a file, or a URL such as `app://ID`.
 */
path: string, };
