// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { NetworkPolicyRuleAction } from "./NetworkPolicyRuleAction";

/**
 * A rule for a host.
 */
export type NetworkPolicyAmendment = {
/**
 * The host's name.
 */
host: string,
/**
 * What the rule does.
 */
action: NetworkPolicyRuleAction, };
