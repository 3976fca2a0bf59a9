// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ModeKind } from "../ModeKind";
import type { ReasoningEffort } from "../ReasoningEffort";

/**
 * A preset: what it sets is there, what it leaves alone is null.
 */
export type CollaborationModeMask = { name: string, mode: ModeKind | null, model: string | null,
/**
 * Null within sets the model's default, absence leaves it alone.
 */
reasoning_effort?: ReasoningEffort | null, };
