// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppToolApproval } from "./AppToolApproval";

/**
 * Settings of an app's tools, by the tools' names.
 */
export type AppToolsConfig = { [key in string]?: { approval_mode: AppToolApproval | null, enabled: boolean | null, } };
