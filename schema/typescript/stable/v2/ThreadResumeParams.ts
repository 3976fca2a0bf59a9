// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Personality } from "../Personality";
import type { ServiceTier } from "../ServiceTier";
import type { JsonValue } from "../serde_json/JsonValue";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { SandboxMode } from "./SandboxMode";

/**
 * `thread/resume`: opens a stored thread, or joins one that is open, and subscribes the
 * caller. Of `history`, `path` and `threadId` the first that is given counts. For a thread
 * that is open already the settings are ignored.
 */
export type ThreadResumeParams = {
/**
 * The thread; ignored where `history` or `path` is given.
 */
threadId: string,
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
 * The tone of the model's answers.
 */
personality?: Personality | null,
/**
 * Whether to leave the turns out of the result.
 */
excludeTurns?: boolean, };
