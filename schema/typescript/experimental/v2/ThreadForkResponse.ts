// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ServiceTier } from "../ServiceTier";
import type { ActivePermissionProfile } from "./ActivePermissionProfile";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { PermissionProfile } from "./PermissionProfile";
import type { SandboxPolicy } from "./SandboxPolicy";
import type { Thread } from "./Thread";

/**
 * Result of `thread/fork`: the new thread and the settings in force.
 */
export type ThreadForkResponse = { thread: Thread, model: string,
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
 * What commands may touch, in full. Experimental.
 */
permissionProfile: PermissionProfile | null,
/**
 * The profile that was chosen by name, if one was. Experimental.
 */
activePermissionProfile: ActivePermissionProfile | null,
/**
 * How long the model thinks; null for its default.
 */
reasoningEffort: ReasoningEffort | null, };
