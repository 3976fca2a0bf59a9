// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExperimentalFeatureStage } from "./ExperimentalFeatureStage";

/**
 * A feature switch.
 */
export type ExperimentalFeature = {
/**
 * What it is called in the configuration.
 */
name: string,
/**
 * How finished it is.
 */
stage: ExperimentalFeatureStage,
/**
 * What to call it; only for `beta` ones.
 */
displayName: string | null,
/**
 * What it does; only for `beta` ones.
 */
description: string | null,
/**
 * What to tell the user; only for `beta` ones.
 */
announcement: string | null,
/**
 * Whether it is on.
 */
enabled: boolean,
/**
 * Whether it is on unless said.
 */
defaultEnabled: boolean, };
