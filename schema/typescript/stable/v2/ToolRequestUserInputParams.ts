// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ToolRequestUserInputQuestion } from "./ToolRequestUserInputQuestion";

/**
 * `item/tool/requestUserInput`: the model asks the user something.
 */
export type ToolRequestUserInputParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string, questions: Array<ToolRequestUserInputQuestion>, };
