// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ModelVerification } from "./ModelVerification";

/**
 * `model/verification`: the service recommends that the user proves something.
 */
export type ModelVerificationNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string, verifications: Array<ModelVerification>, };
