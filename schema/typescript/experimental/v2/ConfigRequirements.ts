// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { WebSearchMode } from "../WebSearchMode";
import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { ManagedHooksRequirements } from "./ManagedHooksRequirements";
import type { NetworkRequirements } from "./NetworkRequirements";
import type { ResidencyRequirement } from "./ResidencyRequirement";
import type { SandboxMode } from "./SandboxMode";

/**
 * What an administrator prescribes; null where everything is allowed.
 */
export type ConfigRequirements = {
/**
 * The only approval policies.
 */
allowedApprovalPolicies: Array<AskForApproval> | null,
/**
 * The only ones to ask for leave. Experimental.
 */
allowedApprovalsReviewers: Array<ApprovalsReviewer> | null,
/**
 * The only kinds of sandbox.
 */
allowedSandboxModes: Array<SandboxMode> | null,
/**
 * The only ways to search the web.
 */
allowedWebSearchModes: Array<WebSearchMode> | null,
/**
 * Whether features are on or off, by name.
 */
featureRequirements: { [key in string]?: boolean } | null,
/**
 * Hooks that always run. Experimental.
 */
hooks: ManagedHooksRequirements | null,
/**
 * Where data has to stay.
 */
enforceResidency: ResidencyRequirement | null,
/**
 * What the network proxy of the sandbox allows. Experimental.
 */
network: NetworkRequirements | null, };
