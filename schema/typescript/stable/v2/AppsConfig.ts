// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppToolApproval } from "./AppToolApproval";
import type { AppToolsConfig } from "./AppToolsConfig";
import type { AppsDefaultConfig } from "./AppsDefaultConfig";

export type AppsConfig = { _default: AppsDefaultConfig | null, } & ({ [key in string]?: { default_tools_approval_mode: AppToolApproval | null, default_tools_enabled: boolean | null, destructive_enabled: boolean | null, enabled: boolean, open_world_enabled: boolean | null, tools: AppToolsConfig | null, } });
