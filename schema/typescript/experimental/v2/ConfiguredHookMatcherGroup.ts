// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfiguredHookHandler } from "./ConfiguredHookHandler";

/**
 * Hooks for the same things.
 */
export type ConfiguredHookMatcherGroup = {
/**
 * For what they run, as a pattern; null for everything.
 */
matcher: string | null, hooks: Array<ConfiguredHookHandler>, };
