// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Personality } from "../Personality";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ReasoningSummary } from "../ReasoningSummary";
import type { ServiceTier } from "../ServiceTier";
import type { JsonValue } from "../serde_json/JsonValue";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { SandboxPolicy } from "./SandboxPolicy";
import type { UserInput } from "./UserInput";

/**
 * `turn/start`: has the agent work on the user's input. While a turn runs, the input joins
 * it.
 */
export type TurnStartParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * What the user says: at most 1 048 576 characters of text.
 */
input: Array<UserInput>,
/**
 * The working directory, from this turn on; relative to the server's own.
 */
cwd?: string | null,
/**
 * When the client is asked for leave, from this turn on.
 */
approvalPolicy?: AskForApproval | null,
/**
 * Who is asked for leave, from this turn on.
 */
approvalsReviewer?: ApprovalsReviewer | null,
/**
 * What commands may touch, from this turn on; not together with `permissions`.
 */
sandboxPolicy?: SandboxPolicy | null,
/**
 * The model, from this turn on.
 */
model?: string | null,
/**
 * How fast the model service should answer, from this turn on. Null clears it, absence keeps
 * it.
 */
serviceTier?: ServiceTier | null,
/**
 * How long the model thinks, from this turn on.
 */
effort?: ReasoningEffort | null,
/**
 * How the model's thoughts are summarized, from this turn on.
 */
summary?: ReasoningSummary | null,
/**
 * The tone of the model's answers, from this turn on.
 */
personality?: Personality | null,
/**
 * JSON Schema the last message of this turn has to fit.
 */
outputSchema?: JsonValue | null, };
