// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ForcedLoginMethod } from "../ForcedLoginMethod";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ReasoningSummary } from "../ReasoningSummary";
import type { ServiceTier } from "../ServiceTier";
import type { Verbosity } from "../Verbosity";
import type { WebSearchMode } from "../WebSearchMode";
import type { JsonValue } from "../serde_json/JsonValue";
import type { AnalyticsConfig } from "./AnalyticsConfig";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AppsConfig } from "./AppsConfig";
import type { AskForApproval } from "./AskForApproval";
import type { ProfileV2 } from "./ProfileV2";
import type { SandboxMode } from "./SandboxMode";
import type { SandboxWorkspaceWrite } from "./SandboxWorkspaceWrite";
import type { ToolsV2 } from "./ToolsV2";

/**
 * The configuration, with the names of the file. Other settings than those named here come
 * along, too.
 */
export type Config = { model: string | null,
/**
 * The model for reviews.
 */
review_model: string | null,
/**
 * How many tokens the model can deal with, if the catalogue is wrong about it.
 */
model_context_window: number | null,
/**
 * How many tokens a conversation may have before it is summarized.
 */
model_auto_compact_token_limit: number | null, model_provider: string | null, approval_policy: AskForApproval | null,
/**
 * Who is asked for leave.
 */
approvals_reviewer: ApprovalsReviewer | null, sandbox_mode: SandboxMode | null, sandbox_workspace_write: SandboxWorkspaceWrite | null,
/**
 * The only workspace that may log in.
 */
forced_chatgpt_workspace_id: string | null,
/**
 * The only way to log in.
 */
forced_login_method: ForcedLoginMethod | null, web_search: WebSearchMode | null, tools: ToolsV2 | null,
/**
 * The set of settings that is in force.
 */
profile: string | null,
/**
 * Sets of settings, by their names.
 */
profiles: { [key in string]?: ProfileV2 },
/**
 * Unused; kept for old files.
 */
instructions: string | null,
/**
 * A message of the developer before each conversation.
 */
developer_instructions: string | null,
/**
 * How to summarize a conversation.
 */
compact_prompt: string | null, model_reasoning_effort: ReasoningEffort | null, model_reasoning_summary: ReasoningSummary | null, model_verbosity: Verbosity | null, service_tier: ServiceTier | null, analytics: AnalyticsConfig | null,
/**
 * Settings of apps. Experimental.
 */
apps: AppsConfig | null, } & ({ [key in string]?: JsonValue });
