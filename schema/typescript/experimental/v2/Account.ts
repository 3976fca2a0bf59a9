// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PlanType } from "../PlanType";

/**
 * Who is logged in.
 */
export type Account =
/**
 * Whoever has the key.
 */
{ "type": "apiKey" } |
/**
 * A user of the service.
 */
{ "type": "chatgpt", email: string, planType: PlanType, } |
/**
 * Whoever the credentials for Amazon Bedrock belong to.
 */
{ "type": "amazonBedrock" };
