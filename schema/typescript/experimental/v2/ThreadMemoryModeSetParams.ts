// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadMemoryMode } from "../ThreadMemoryMode";

export type ThreadMemoryModeSetParams = { threadId: string, mode: ThreadMemoryMode, };
