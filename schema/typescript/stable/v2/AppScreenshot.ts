// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A picture of an app in use.
 */
export type AppScreenshot = { url: string | null,
/**
 * The picture's id at the service.
 */
fileId: string | null,
/**
 * What the user said in it.
 */
userPrompt: string, };
