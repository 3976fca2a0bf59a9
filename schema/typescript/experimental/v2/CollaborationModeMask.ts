// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ModeKind } from "../ModeKind";
import type { ReasoningEffort } from "../ReasoningEffort";

export type CollaborationModeMask = { name: string, mode: ModeKind | null, model: string | null, reasoning_effort?: ReasoningEffort | null, };
