// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Personality } from "../Personality";
import type { ServiceTier } from "../ServiceTier";
import type { JsonValue } from "../serde_json/JsonValue";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { DynamicToolSpec } from "./DynamicToolSpec";
import type { PermissionProfileSelectionParams } from "./PermissionProfileSelectionParams";
import type { SandboxMode } from "./SandboxMode";
import type { ThreadStartSource } from "./ThreadStartSource";
import type { TurnEnvironmentParams } from "./TurnEnvironmentParams";

/**
 * `thread/start`: opens a new thread and subscribes the caller to its events. Nothing is
 * written to disk before the first turn.
 */
export type ThreadStartParams = {
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
 * The working directory; relative to the server's own, which is also the default. It need
 * not exist.
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
 * A label for telemetry.
 */
serviceName?: string | null,
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
 * The tone of the model's answers.
 */
personality?: Personality | null,
/**
 * Whether the thread is kept in memory alone: no file, never listed, gone when unloaded.
 */
ephemeral?: boolean | null,
/**
 * What hooks at the start of the session are told. Default `startup`.
 */
sessionStartSource?: ThreadStartSource | null,
/**
 * Where the thread's commands run; empty takes the tools that run commands away.
 * Experimental.
 */
environments?: Array<TurnEnvironmentParams> | null,
/**
 * Tools the client brings: the model may call them, and the client is asked by
 * `item/tool/call`. Experimental.
 */
dynamicTools?: Array<DynamicToolSpec> | null,
/**
 * Without effect; for tests of the experimental gate.
 */
mockExperimentalField?: string | null,
/**
 * Whether to send `rawResponseItem/completed` for every item of the conversation with the
 * model. Experimental.
 */
experimentalRawEvents?: boolean,
/**
 * Whether to keep what a thread read back should show beyond messages: commands, patches and
 * the like. Experimental.
 */
persistExtendedHistory?: boolean, };
