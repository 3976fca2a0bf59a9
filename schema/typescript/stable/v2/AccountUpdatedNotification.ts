// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AuthMode } from "../AuthMode";
import type { PlanType } from "../PlanType";

/**
 * `account/updated`: somebody logged in or out.
 */
export type AccountUpdatedNotification = {
/**
 * How the user is logged in; null if not at all.
 */
authMode: AuthMode | null,
/**
 * The account's plan, if it has one.
 */
planType: PlanType | null, };
