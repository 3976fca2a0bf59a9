// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

export type AnalyticsConfig = { enabled: boolean | null, } & ({ [key in string]?: JsonValue });
