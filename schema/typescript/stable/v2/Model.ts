// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { InputModality } from "../InputModality";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ModelAvailabilityNux } from "./ModelAvailabilityNux";
import type { ModelUpgradeInfo } from "./ModelUpgradeInfo";
import type { ReasoningEffortOption } from "./ReasoningEffortOption";

/**
 * A model to choose from.
 */
export type Model = {
/**
 * What it is chosen by in lists.
 */
id: string,
/**
 * What it is called in requests.
 */
model: string,
/**
 * The model that replaces it.
 */
upgrade: string | null,
/**
 * How to tell the user of that.
 */
upgradeInfo: ModelUpgradeInfo | null,
/**
 * What to tell the user when it is new.
 */
availabilityNux: ModelAvailabilityNux | null, displayName: string, description: string,
/**
 * Whether it is not offered by default.
 */
hidden: boolean,
/**
 * The efforts it can be asked for.
 */
supportedReasoningEfforts: Array<ReasoningEffortOption>,
/**
 * The effort it is asked for unless said.
 */
defaultReasoningEffort: ReasoningEffort,
/**
 * What it can be given.
 */
inputModalities: Array<InputModality>,
/**
 * Whether its tone can be set.
 */
supportsPersonality: boolean,
/**
 * Service tiers it is offered at.
 */
additionalSpeedTiers: Array<string>,
/**
 * Whether it is used unless said.
 */
isDefault: boolean, };
