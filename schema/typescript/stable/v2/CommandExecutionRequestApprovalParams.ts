// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { CommandAction } from "./CommandAction";
import type { ExecPolicyAmendment } from "./ExecPolicyAmendment";
import type { NetworkApprovalContext } from "./NetworkApprovalContext";
import type { NetworkPolicyAmendment } from "./NetworkPolicyAmendment";

/**
 * `item/commandExecution/requestApproval`: may this command run?
 */
export type CommandExecutionRequestApprovalParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The turn.
 */
turnId: string,
/**
 * The item.
 */
itemId: string,
/**
 * Tells several requests for one item apart.
 */
approvalId?: string,
/**
 * Why it is asked, in the model's words.
 */
reason?: string,
/**
 * The host it wants to reach, if that is what is asked about.
 */
networkApprovalContext?: NetworkApprovalContext,
/**
 * The command line, quoted for a shell.
 */
command?: string,
/**
 * Where it would run.
 */
cwd?: AbsolutePathBuf,
/**
 * What it does, as far as that can be told from its text.
 */
commandActions?: Array<CommandAction>,
/**
 * A rule the client can accept along with it: commands that begin with these words.
 */
proposedExecpolicyAmendment?: ExecPolicyAmendment,
/**
 * Rules for hosts the client can accept along with it.
 */
proposedNetworkPolicyAmendments?: Array<NetworkPolicyAmendment>, };
