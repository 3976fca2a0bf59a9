// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

export type ThreadInjectItemsParams = { threadId: string, items: Array<JsonValue>, };
