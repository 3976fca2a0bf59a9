// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";
import type { MergeStrategy } from "./MergeStrategy";

/**
 * `config/value/write`: changes one setting in a file of the configuration. Comments and
 * order are kept.
 */
export type ConfigValueWriteParams = {
/**
 * Which one, dotted; parts with odd characters in quotes.
 */
keyPath: string,
/**
 * The new value; null removes the setting.
 */
value: JsonValue,
/**
 * What becomes of a table that is there.
 */
mergeStrategy: MergeStrategy,
/**
 * The file; the user's unless said. No other can be written.
 */
filePath?: string | null,
/**
 * The version the file should have; another one is left alone.
 */
expectedVersion?: string | null, };
