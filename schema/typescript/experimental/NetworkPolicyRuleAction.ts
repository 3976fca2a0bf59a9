// GENERATED CODE! DO NOT MODIFY BY HAND!

export type NetworkPolicyRuleAction = "allow" | "deny";
