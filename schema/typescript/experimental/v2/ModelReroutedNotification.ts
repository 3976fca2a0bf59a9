// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ModelRerouteReason } from "./ModelRerouteReason";

/**
 * `model/rerouted`: the service answered with another model.
 */
export type ModelReroutedNotification = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string, fromModel: string, toModel: string, reason: ModelRerouteReason, };
