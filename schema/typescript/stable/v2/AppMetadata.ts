// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppReview } from "./AppReview";
import type { AppScreenshot } from "./AppScreenshot";

/**
 * More about an app, from the directory.
 */
export type AppMetadata = {
/**
 * How the directory's review of it stands.
 */
review: AppReview | null, categories: Array<string> | null, subCategories: Array<string> | null,
/**
 * A description for search engines.
 */
seoDescription: string | null, screenshots: Array<AppScreenshot> | null, developer: string | null, version: string | null, versionId: string | null,
/**
 * What is new.
 */
versionNotes: string | null,
/**
 * What kind of app it is, if the makers of the model made it.
 */
firstPartyType: string | null,
/**
 * Whether such an app has to be connected, too.
 */
firstPartyRequiresInstall: boolean | null,
/**
 * Whether to offer it beside the input before it is connected.
 */
showInComposerWhenUnlinked: boolean | null, };
