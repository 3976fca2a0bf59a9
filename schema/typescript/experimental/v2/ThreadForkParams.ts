// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ServiceTier } from "../ServiceTier";
import type { JsonValue } from "../serde_json/JsonValue";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { PermissionProfileSelectionParams } from "./PermissionProfileSelectionParams";
import type { SandboxMode } from "./SandboxMode";

/**
 * `thread/fork`: opens a new thread with a copy of another's past, and subscribes the
 * caller.
 */
export type ThreadForkParams = {
/**
 * The thread to copy; ignored where `path` is given.
 */
threadId: string,
/**
 * The history file to copy, relative to the home folder if it is not absolute. Experimental.
 */
path?: string | null,
/**
 * The model, over that of the configuration. Any text; an unknown model is used with
 * cautious defaults.
 */
model?: string | null,
/**
 * A provider from the configuration, by its id.
 */
modelProvider?: string | null,
/**
 * How fast the model service should answer. Null clears the configured tier, absence keeps
 * it.
 */
serviceTier?: ServiceTier | null,
/**
 * The working directory; relative to the server's own. The thread's own unless said.
 */
cwd?: string | null,
/**
 * When the client is asked for leave.
 */
approvalPolicy?: AskForApproval | null,
/**
 * Who is asked for leave.
 */
approvalsReviewer?: ApprovalsReviewer | null,
/**
 * What commands may touch; not together with `permissions`.
 */
sandbox?: SandboxMode | null,
/**
 * A named permission profile; not together with `sandbox`. Experimental.
 */
permissions?: PermissionProfileSelectionParams | null,
/**
 * Overrides of the configuration: keys dotted or nested, values as in the file. Params of
 * the request win over them.
 */
config?: { [key in string]?: JsonValue } | null,
/**
 * Replaces the model's built-in instructions; empty for none.
 */
baseInstructions?: string | null,
/**
 * A message of the developer before the conversation, in place of the configured one; empty
 * for none.
 */
developerInstructions?: string | null,
/**
 * Whether the thread is kept in memory alone: no file, never listed, gone when unloaded.
 */
ephemeral?: boolean,
/**
 * Whether to leave the turns out of the result.
 */
excludeTurns?: boolean,
/**
 * Whether to keep what a thread read back should show beyond messages: commands, patches and
 * the like. Experimental.
 */
persistExtendedHistory?: boolean, };
