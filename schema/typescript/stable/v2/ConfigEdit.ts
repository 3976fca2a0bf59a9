// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";
import type { MergeStrategy } from "./MergeStrategy";

/**
 * A change to the configuration.
 */
export type ConfigEdit = {
/**
 * Which setting, dotted; parts with odd characters in quotes.
 */
keyPath: string,
/**
 * The new value; null removes the setting.
 */
value: JsonValue,
/**
 * What becomes of a table that is there.
 */
mergeStrategy: MergeStrategy, };
