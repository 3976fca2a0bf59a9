// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpServerStatusDetail } from "./McpServerStatusDetail";

export type ListMcpServerStatusParams = { cursor?: string | null, limit?: number | null, detail?: McpServerStatusDetail | null, };
