// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ServiceTier } from "../ServiceTier";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { SandboxPolicy } from "./SandboxPolicy";
import type { Thread } from "./Thread";

/**
 * Result of `thread/start`: the thread and the settings in force.
 */
export type ThreadStartResponse = { thread: Thread, model: string,
/**
 * The provider, by its id.
 */
modelProvider: string, serviceTier: ServiceTier | null,
/**
 * The working directory.
 */
cwd: AbsolutePathBuf,
/**
 * Files whose instructions the model is given, in their order.
 */
instructionSources: Array<AbsolutePathBuf>,
/**
 * When the client is asked for leave.
 */
approvalPolicy: AskForApproval,
/**
 * Who is asked for leave.
 */
approvalsReviewer: ApprovalsReviewer,
/**
 * What commands may touch, in the older form.
 */
sandbox: SandboxPolicy,
/**
 * How long the model thinks; null for its default.
 */
reasoningEffort: ReasoningEffort | null, };
