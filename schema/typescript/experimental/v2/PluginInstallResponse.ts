// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppSummary } from "./AppSummary";
import type { PluginAuthPolicy } from "./PluginAuthPolicy";

/**
 * Result of `plugin/install`.
 */
export type PluginInstallResponse = {
/**
 * When its apps want a login.
 */
authPolicy: PluginAuthPolicy,
/**
 * Apps the user has to connect.
 */
appsNeedingAuth: Array<AppSummary>, };
