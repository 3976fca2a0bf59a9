// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppBranding } from "./AppBranding";
import type { AppMetadata } from "./AppMetadata";

/**
 * A connector to an outside service.
 */
export type AppInfo = {
/**
 * Its id at the service.
 */
id: string, name: string, description: string | null, logoUrl: string | null, logoUrlDark: string | null,
/**
 * How it came into the directory.
 */
distributionChannel: string | null,
/**
 * Who is behind it.
 */
branding: AppBranding | null,
/**
 * More about it.
 */
appMetadata: AppMetadata | null,
/**
 * Marks set by the directory.
 */
labels: { [key in string]?: string } | null,
/**
 * Where the user connects it.
 */
installUrl: string | null,
/**
 * Whether the user has connected it.
 */
isAccessible: boolean,
/**
 * Whether it is switched on in the configuration.
 */
isEnabled: boolean,
/**
 * Names of the plugins that use it.
 */
pluginDisplayNames: Array<string>, };
