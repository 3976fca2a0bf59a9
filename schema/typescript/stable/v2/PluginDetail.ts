// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { AppSummary } from "./AppSummary";
import type { PluginSummary } from "./PluginSummary";
import type { SkillSummary } from "./SkillSummary";

/**
 * All about a plugin.
 */
export type PluginDetail = { marketplaceName: string,
/**
 * The marketplace's file; null for one that is only on the net.
 */
marketplacePath: AbsolutePathBuf | null, summary: PluginSummary, description: string | null, skills: Array<SkillSummary>, apps: Array<AppSummary>,
/**
 * Names of the MCP servers it brings.
 */
mcpServers: Array<string>, };
