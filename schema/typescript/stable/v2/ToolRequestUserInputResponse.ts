// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ToolRequestUserInputAnswer } from "./ToolRequestUserInputAnswer";

/**
 * Answer to `item/tool/requestUserInput`.
 */
export type ToolRequestUserInputResponse = {
/**
 * The answers, by the ids of the questions.
 */
answers: { [key in string]?: ToolRequestUserInputAnswer }, };
