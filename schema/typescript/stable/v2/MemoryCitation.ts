// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { MemoryCitationEntry } from "./MemoryCitationEntry";

export type MemoryCitation = { entries: Array<MemoryCitationEntry>, threadIds: Array<string>, };
