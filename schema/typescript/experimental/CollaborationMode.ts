// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ModeKind } from "./ModeKind";
import type { Settings } from "./Settings";

/**
 * How the agent works with the user.
 */
export type CollaborationMode = { mode: ModeKind, settings: Settings, };
