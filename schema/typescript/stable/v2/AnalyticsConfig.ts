// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

/**
 * Settings about usage statistics.
 */
export type AnalyticsConfig = {
/**
 * Whether they are sent.
 */
enabled: boolean | null, } & ({ [key in string]?: JsonValue });
