// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ResourceContent } from "../ResourceContent";

export type McpResourceReadResponse = { contents: Array<ResourceContent>, };
