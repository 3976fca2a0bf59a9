// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The answer to one question.
 */
export type ToolRequestUserInputAnswer = {
/**
 * What was chosen or written.
 */
answers: Array<string>, };
