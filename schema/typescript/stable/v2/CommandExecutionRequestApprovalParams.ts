// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { CommandAction } from "./CommandAction";
import type { ExecPolicyAmendment } from "./ExecPolicyAmendment";
import type { NetworkApprovalContext } from "./NetworkApprovalContext";
import type { NetworkPolicyAmendment } from "./NetworkPolicyAmendment";

export type CommandExecutionRequestApprovalParams = { threadId: string, turnId: string, itemId: string, approvalId?: string, reason?: string, networkApprovalContext?: NetworkApprovalContext, command?: string, cwd?: AbsolutePathBuf, commandActions?: Array<CommandAction>, proposedExecpolicyAmendment?: ExecPolicyAmendment, proposedNetworkPolicyAmendments?: Array<NetworkPolicyAmendment>, };
