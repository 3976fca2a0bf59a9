// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `warning`: something the user should know.
 */
export type WarningNotification = {
/**
 * The thread it is about; null for all.
 */
threadId: string | null, message: string, };
