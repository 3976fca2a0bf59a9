// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ExecPolicyAmendment } from "./ExecPolicyAmendment";
import type { NetworkPolicyAmendment } from "./NetworkPolicyAmendment";

/**
 * An answer of the first protocol version to whether something may be done.
 */
export type ReviewDecision =
/**
 * It may.
 */
"approved" |
/**
 * It may, and the rule is kept.
 */
{ "approved_execpolicy_amendment": {
/**
 * The rule: commands that begin with these words.
 */
proposed_execpolicy_amendment: ExecPolicyAmendment, } } |
/**
 * It may, and it need not be asked about again in this session.
 */
"approved_for_session" |
/**
 * The rule for the host is kept, and decides.
 */
{ "network_policy_amendment": {
/**
 * The rule.
 */
network_policy_amendment: NetworkPolicyAmendment, } } |
/**
 * It may not; the turn goes on.
 */
"denied" |
/**
 * Nobody answered in time.
 */
"timed_out" |
/**
 * It may not, and the turn ends.
 */
"abort";
