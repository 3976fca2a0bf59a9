// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a rule for a host does.
 */
export type NetworkPolicyRuleAction = "allow" | "deny";
