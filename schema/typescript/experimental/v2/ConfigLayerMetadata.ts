// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfigLayerSource } from "./ConfigLayerSource";

/**
 * A layer of the configuration without its content.
 */
export type ConfigLayerMetadata = {
/**
 * Where it is from.
 */
name: ConfigLayerSource,
/**
 * Changes whenever its content does.
 */
version: string, };
