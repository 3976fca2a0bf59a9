// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

export type McpServerToolCallParams = { threadId: string, server: string, tool: string, arguments?: JsonValue | null, _meta?: JsonValue | null, };
