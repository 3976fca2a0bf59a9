// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HooksListEntry } from "./HooksListEntry";

export type HooksListResponse = { data: Array<HooksListEntry>, };
