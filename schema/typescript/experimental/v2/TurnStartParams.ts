// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CollaborationMode } from "../CollaborationMode";
import type { Personality } from "../Personality";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ReasoningSummary } from "../ReasoningSummary";
import type { ServiceTier } from "../ServiceTier";
import type { JsonValue } from "../serde_json/JsonValue";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { PermissionProfileSelectionParams } from "./PermissionProfileSelectionParams";
import type { SandboxPolicy } from "./SandboxPolicy";
import type { TurnEnvironmentParams } from "./TurnEnvironmentParams";
import type { UserInput } from "./UserInput";

export type TurnStartParams = { threadId: string, input: Array<UserInput>, responsesapiClientMetadata?: { [key in string]?: string } | null, environments?: Array<TurnEnvironmentParams> | null, cwd?: string | null, approvalPolicy?: AskForApproval | null, approvalsReviewer?: ApprovalsReviewer | null, sandboxPolicy?: SandboxPolicy | null, permissions?: PermissionProfileSelectionParams | null, model?: string | null, serviceTier?: ServiceTier | null, effort?: ReasoningEffort | null, summary?: ReasoningSummary | null, personality?: Personality | null, outputSchema?: JsonValue | null, collaborationMode?: CollaborationMode | null, };
