// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Result of `feedback/upload`.
 */
export type FeedbackUploadResponse = {
/**
 * What the report can be found by.
 */
threadId: string, };
