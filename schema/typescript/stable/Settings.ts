// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReasoningEffort } from "./ReasoningEffort";

/**
 * Settings of a collaboration mode.
 */
export type Settings = { model: string,
/**
 * How long the model thinks; null for its default.
 */
reasoning_effort: ReasoningEffort | null,
/**
 * What the model is told; null for the built-in text of the mode.
 */
developer_instructions: string | null, };
