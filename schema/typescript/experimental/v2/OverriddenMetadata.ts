// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";
import type { ConfigLayerMetadata } from "./ConfigLayerMetadata";

/**
 * Why a change of the configuration has no effect.
 */
export type OverriddenMetadata = {
/**
 * A sentence for people.
 */
message: string,
/**
 * The layer that says otherwise.
 */
overridingLayer: ConfigLayerMetadata,
/**
 * What it says.
 */
effectiveValue: JsonValue, };
