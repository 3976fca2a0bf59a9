// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PlanType } from "../PlanType";

export type Account = { "type": "apiKey" } | { "type": "chatgpt", email: string, planType: PlanType, } | { "type": "amazonBedrock" };
