// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A part of what the model thought.
 */
export type ReasoningItemContent =
/**
 * A thought.
 */
{ "type": "reasoning_text",
/**
 * The text.
 */
text: string, } |
/**
 * A thought, in the spelling of some providers.
 */
{ "type": "text",
/**
 * The text.
 */
text: string, };
