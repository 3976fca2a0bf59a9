// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HookOutputEntryKind } from "./HookOutputEntryKind";

/**
 * Something a hook said.
 */
export type HookOutputEntry = { kind: HookOutputEntryKind, text: string, };
