// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `guardianWarning`: what the automatic review has to say.
 */
export type GuardianWarningNotification = {
/**
 * The thread.
 */
threadId: string, message: string, };
