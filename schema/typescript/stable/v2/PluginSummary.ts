// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PluginAuthPolicy } from "./PluginAuthPolicy";
import type { PluginInstallPolicy } from "./PluginInstallPolicy";
import type { PluginInterface } from "./PluginInterface";
import type { PluginSource } from "./PluginSource";

/**
 * A plugin.
 */
export type PluginSummary = {
/**
 * `PLUGIN@MARKETPLACE`.
 */
id: string, name: string,
/**
 * Where it is from.
 */
source: PluginSource,
/**
 * Whether it is installed.
 */
installed: boolean,
/**
 * Whether it is installed and switched on.
 */
enabled: boolean,
/**
 * Whether it can be installed.
 */
installPolicy: PluginInstallPolicy,
/**
 * When its apps want a login.
 */
authPolicy: PluginAuthPolicy,
/**
 * How to show it.
 */
interface: PluginInterface | null, };
