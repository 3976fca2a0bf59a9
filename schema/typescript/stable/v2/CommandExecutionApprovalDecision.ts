// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExecPolicyAmendment } from "./ExecPolicyAmendment";
import type { NetworkPolicyAmendment } from "./NetworkPolicyAmendment";

/**
 * An answer to whether a command may run.
 */
export type CommandExecutionApprovalDecision =
/**
 * It may.
 */
"accept" |
/**
 * It may, and it need not be asked about again in this session.
 */
"acceptForSession" |
/**
 * It may, and the rule is kept.
 */
{ "acceptWithExecpolicyAmendment": {
/**
 * The rule: commands that begin with these words.
 */
execpolicy_amendment: ExecPolicyAmendment, } } |
/**
 * The rule for the host is kept, and decides.
 */
{ "applyNetworkPolicyAmendment": {
/**
 * The rule.
 */
network_policy_amendment: NetworkPolicyAmendment, } } |
/**
 * It may not; the turn goes on.
 */
"decline" |
/**
 * It may not, and the turn ends.
 */
"cancel";
