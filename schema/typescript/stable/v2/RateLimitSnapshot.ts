// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PlanType } from "../PlanType";
import type { CreditsSnapshot } from "./CreditsSnapshot";
import type { RateLimitReachedType } from "./RateLimitReachedType";
import type { RateLimitWindow } from "./RateLimitWindow";

/**
 * How much of a limit is used. In notifications null means unchanged.
 */
export type RateLimitSnapshot = {
/**
 * What limit it is, such as `codex`.
 */
limitId: string | null, limitName: string | null,
/**
 * The shorter period it counts over.
 */
primary: RateLimitWindow | null,
/**
 * The longer period it counts over.
 */
secondary: RateLimitWindow | null,
/**
 * What can be used beyond it.
 */
credits: CreditsSnapshot | null,
/**
 * The account's plan.
 */
planType: PlanType | null,
/**
 * What is used up, if something is.
 */
rateLimitReachedType: RateLimitReachedType | null, };
