// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ToolRequestUserInputOption } from "./ToolRequestUserInputOption";

/**
 * A question to the user.
 */
export type ToolRequestUserInputQuestion = {
/**
 * What its answer is told by.
 */
id: string,
/**
 * A word or two to show above it.
 */
header: string, question: string,
/**
 * Whether an answer of the user's own words is welcome, too.
 */
isOther: boolean,
/**
 * Whether the answer must not be shown.
 */
isSecret: boolean,
/**
 * Answers to choose from; null for any text.
 */
options: Array<ToolRequestUserInputOption> | null, };
