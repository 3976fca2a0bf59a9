// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppToolApproval } from "./AppToolApproval";
import type { AppToolsConfig } from "./AppToolsConfig";
import type { AppsDefaultConfig } from "./AppsDefaultConfig";

/**
 * Settings of apps, by their ids.
 */
export type AppsConfig = {
/**
 * What holds for apps that are not named.
 */
_default: AppsDefaultConfig | null, } & ({ [key in string]?: {
/**
 * When the user is asked about its tools.
 */
default_tools_approval_mode: AppToolApproval | null,
/**
 * Whether its tools may be used, unless said otherwise tool by tool.
 */
default_tools_enabled: boolean | null,
/**
 * Whether its tools that destroy something may be used.
 */
destructive_enabled: boolean | null,
/**
 * Whether it may be used.
 */
enabled: boolean,
/**
 * Whether its tools that reach beyond the service may be used.
 */
open_world_enabled: boolean | null,
/**
 * Settings of its tools, by their names.
 */
tools: AppToolsConfig | null, } });
