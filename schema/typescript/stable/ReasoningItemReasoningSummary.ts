// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A part of the summary of what the model thought.
 */
export type ReasoningItemReasoningSummary =
/**
 * A paragraph.
 */
{ "type": "summary_text",
/**
 * The text.
 */
text: string, };
