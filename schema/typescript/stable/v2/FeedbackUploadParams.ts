// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `feedback/upload`: sends a report to the makers.
 */
export type FeedbackUploadParams = {
/**
 * What it is about, such as `bug` or `good_result`.
 */
classification: string,
/**
 * What the user has to say.
 */
reason?: string | null,
/**
 * The thread it is about.
 */
threadId?: string | null,
/**
 * Whether to send the logs and the thread's history along.
 */
includeLogs: boolean,
/**
 * More files to send along.
 */
extraLogFiles?: Array<string> | null,
/**
 * More facts, by name.
 */
tags?: { [key in string]?: string } | null, };
