// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";
import type { ConfigLayerSource } from "./ConfigLayerSource";

/**
 * A layer of the configuration.
 */
export type ConfigLayer = {
/**
 * Where it is from.
 */
name: ConfigLayerSource,
/**
 * Changes whenever its content does.
 */
version: string,
/**
 * Its content.
 */
config: JsonValue,
/**
 * Why it does not count, if it does not.
 */
disabledReason?: string, };
