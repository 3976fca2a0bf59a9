// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReasoningEffort } from "../ReasoningEffort";

/**
 * An effort a model can be asked for.
 */
export type ReasoningEffortOption = { reasoningEffort: ReasoningEffort, description: string, };
