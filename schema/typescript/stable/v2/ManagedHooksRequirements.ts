// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfiguredHookMatcherGroup } from "./ConfiguredHookMatcherGroup";

/**
 * Hooks an administrator prescribes.
 */
export type ManagedHooksRequirements = {
/**
 * The folder their programs are in.
 */
managedDir: string | null,
/**
 * The same on Windows.
 */
windowsManagedDir: string | null,
/**
 * Before a tool is used.
 */
PreToolUse: Array<ConfiguredHookMatcherGroup>,
/**
 * Before the user is asked for leave.
 */
PermissionRequest: Array<ConfiguredHookMatcherGroup>,
/**
 * After a tool was used.
 */
PostToolUse: Array<ConfiguredHookMatcherGroup>,
/**
 * When a session starts.
 */
SessionStart: Array<ConfiguredHookMatcherGroup>,
/**
 * When the user says something.
 */
UserPromptSubmit: Array<ConfiguredHookMatcherGroup>,
/**
 * When a turn would end.
 */
Stop: Array<ConfiguredHookMatcherGroup>, };
