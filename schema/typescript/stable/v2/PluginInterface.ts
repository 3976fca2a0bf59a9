// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * How to show a plugin.
 */
export type PluginInterface = { displayName: string | null, shortDescription: string | null, longDescription: string | null, developerName: string | null, category: string | null,
/**
 * What it can do, in keywords.
 */
capabilities: Array<string>, websiteUrl: string | null, privacyPolicyUrl: string | null, termsOfServiceUrl: string | null,
/**
 * What the user may begin with.
 */
defaultPrompt: Array<string> | null,
/**
 * A color as `#RRGGBB`.
 */
brandColor: string | null,
/**
 * An image file to show beside the input.
 */
composerIcon: AbsolutePathBuf | null,
/**
 * The same on the net.
 */
composerIconUrl: string | null,
/**
 * An image file.
 */
logo: AbsolutePathBuf | null,
/**
 * The same on the net.
 */
logoUrl: string | null,
/**
 * Image files.
 */
screenshots: Array<AbsolutePathBuf>,
/**
 * The same on the net.
 */
screenshotUrls: Array<string>, };
