// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfigRequirements } from "./ConfigRequirements";

/**
 * Result of `configRequirements/read`, which tells what the administrator prescribes.
 */
export type ConfigRequirementsReadResponse = {
/**
 * Null if that is nothing.
 */
requirements: ConfigRequirements | null, };
