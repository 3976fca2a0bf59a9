// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Config } from "./Config";
import type { ConfigLayer } from "./ConfigLayer";
import type { ConfigLayerMetadata } from "./ConfigLayerMetadata";

/**
 * Result of `config/read`.
 */
export type ConfigReadResponse = {
/**
 * The configuration.
 */
config: Config,
/**
 * Where each setting is from, by its dotted key.
 */
origins: { [key in string]?: ConfigLayerMetadata },
/**
 * The layers, the strongest first; only if asked for.
 */
layers?: Array<ConfigLayer>, };
