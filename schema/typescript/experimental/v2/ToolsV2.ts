// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { WebSearchToolConfig } from "../WebSearchToolConfig";

/**
 * Settings of tools.
 */
export type ToolsV2 = { web_search: WebSearchToolConfig | null,
/**
 * Whether the model may look at image files.
 */
view_image: boolean | null, };
