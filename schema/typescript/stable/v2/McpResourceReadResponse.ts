// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ResourceContent } from "../ResourceContent";

/**
 * Result of `mcpServer/resource/read`.
 */
export type McpResourceReadResponse = { contents: Array<ResourceContent>, };
